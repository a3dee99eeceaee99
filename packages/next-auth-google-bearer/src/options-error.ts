/** Names every option that is wrong, and the package that it is an option of: the reader may have forgotten that there is one. */
export class OptionsError extends TypeError {
  readonly problems: readonly string[];

  constructor(...problems: readonly string[]) {
    super(`next-auth-google-bearer: ${problems.join('; ')}`);
    this.problems = problems;
  }
}

/**
 * Runs checks of options, so that one error names all that is wrong.
 *
 * @throws {OptionsError}
 */
export function checkAll(...checks: readonly (() => unknown)[]): void {
  const problems = checks.flatMap((check) => {
    try {
      check();
      return [];
    } catch (error) {
      if (error instanceof OptionsError) return error.problems;
      throw error;
    }
  });
  if (problems.length > 0) throw new OptionsError(...new Set(problems));
}
