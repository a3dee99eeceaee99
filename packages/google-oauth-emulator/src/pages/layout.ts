import { createHash } from 'node:crypto';
import { Html, html, nothing } from './html.ts';
import { STYLE } from './style.ts';

const STYLE_HASH = createHash('sha256').update(STYLE).digest('base64');

/**
 * No script, no foreign asset, no framing. There is no `form-action`: browsers apply it to the redirects that follow a
 * form too, and those lead into the app, which may redirect anywhere.
 */
export const CONTENT_SECURITY_POLICY: string = [
  "default-src 'none'",
  `style-src 'sha256-${STYLE_HASH}'`,
  "img-src 'self' data:",
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join('; ');

/** For the two pages that send the answer on: the emulator's own script files, and nothing inline. */
export const SCRIPT_POLICY: string = `${CONTENT_SECURITY_POLICY}; script-src 'self'`;

/** For the console: the emulator's own files and requests, nothing inline, and no text that becomes HTML. */
export const CONSOLE_POLICY: string = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
  "require-trusted-types-for 'script'",
].join('; ');

interface LayoutOptions {
  /** Path of the page's script. */
  readonly script?: string;
}

/** The frame of every page: always labelled as an emulator, so that nobody takes it for Google. */
export function layout(title: string, content: Html, { script }: LayoutOptions = {}): Html {
  return html`<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title} · Google OAuth emulator</title>
<link rel="icon" href="data:,">
<style>${new Html(STYLE)}</style>${
    script === undefined
      ? nothing
      : html`
<script src="${script}" defer></script>`
  }
</head>
<body>
<header class="tape"><strong>Local emulator, not Google.</strong> For development and tests: no real account is involved.</header>
<main>
${content}
</main>
</body>
</html>
`;
}
