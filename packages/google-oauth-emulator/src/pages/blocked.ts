import { type Html, html, nothing } from './html.ts';
import { layout } from './layout.ts';

export interface Blocked {
  readonly status: number;
  readonly code: string;
  readonly reason: string;
  /** The value that was not accepted, shown to the developer. */
  readonly detail?: string | undefined;
  /** What it is. Default: what the request said. */
  readonly detailName?: string | undefined;
}

/** "Access blocked": shown instead of a redirect when the request itself cannot be trusted. */
export function blockedPage({ status, code, reason, detail, detailName = 'The request said' }: Blocked): Html {
  return layout(
    'Access blocked',
    html`<h1>Access blocked</h1>
<p>${reason}</p>
${detail === undefined ? nothing : html`<p class="soft">${detailName}: <code>${detail}</code></p>`}
<p class="code">Error ${String(status)}: ${code}</p>`,
  );
}
