/**
 * How long a test file may take that needs the web client built, in ms. Of several such files one builds while the others
 * wait, and on a busy machine that alone can take longer than tap's usual limit.
 */
export const WITH_BUILD_MS = 300_000;
