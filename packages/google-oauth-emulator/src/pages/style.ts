/** The one style sheet; it goes inline into every page, so its hash can stand in the Content-Security-Policy. */
export const STYLE = `
:root { color-scheme: light dark; --ground: #eef1f4; --card: #fff; --ink: #1c2430; --soft: #566171; --line: #cfd6de;
  --accent: #0b6b5d; --on-accent: #fff; --tint: #e4f2ef; --warn: #9b1c1c; --tape: #fff3cd; --tape-ink: #5c4400; }
@media (prefers-color-scheme: dark) { :root { --ground: #12161b; --card: #1b2128; --ink: #e8ecf1; --soft: #a3aebb;
  --line: #37414d; --accent: #63cdb9; --on-accent: #06231e; --tint: #1d302e; --warn: #ff9a9a; --tape: #3a2f10;
  --tape-ink: #ffe08a; } }
* { box-sizing: border-box; }
body { margin: 0; padding-bottom: 1rem; min-height: 100vh; display: flex; flex-direction: column; gap: 1rem; background: var(--ground);
  color: var(--ink); font: 1rem/1.5 system-ui, sans-serif; }
.tape { margin: 0; padding: .5rem 1rem; background: var(--tape); color: var(--tape-ink); text-align: center;
  font-size: .875rem; }
main { width: min(100% - 2rem, 30rem); margin: auto; padding: 2rem; background: var(--card);
  border: 1px solid var(--line); border-radius: 1rem; overflow-wrap: anywhere; }
main.wide { width: min(100% - 2rem, 52rem); }
@media (max-width: 30rem) { body { padding-bottom: 0; gap: 0; } main, main.wide { width: 100%; margin: 0; padding: 1.5rem 1.25rem; flex: 1; border: 0;
  border-radius: 0; } }
h1 { margin: 0 0 .25rem; font-size: 1.5rem; line-height: 1.25; font-weight: 600; }
h2 { margin: 1.75rem 0 .5rem; font-size: 1.0625rem; }
p { margin: .5rem 0; }
.soft, .code { color: var(--soft); }
.soft { font-size: .9375rem; }
.problem { color: var(--warn); font-weight: 600; }
.code, code { font-family: ui-monospace, monospace; font-size: .875rem; }
a { color: var(--accent); }
ul.plain { margin: 1rem 0; padding: 0; list-style: none; }
.account { display: flex; align-items: center; gap: .875rem; text-align: left; }
button.account { width: 100%; padding: .75rem; border: 0; border-bottom: 1px solid var(--line); border-radius: .5rem;
  background: none; color: inherit; font: inherit; cursor: pointer; }
button.account:hover { background: var(--tint); }
.account img { flex: none; border-radius: 50%; }
.account span { flex: 1; min-width: 0; }
.account strong, .account small { display: block; }
.account small { color: var(--soft); }
.account em { flex: none; color: var(--soft); font-size: .8125rem; font-style: normal; }
ul.scopes { margin-top: 0; }
.scopes small { font-size: .8125rem; }
.scopes li { display: flex; gap: .75rem; padding: .75rem 0; border-bottom: 1px solid var(--line); }
.scopes label { flex: 1; cursor: pointer; }
.scopes small { display: block; color: var(--soft); }
.scopes input, .scopes .tick { flex: none; width: 1.25rem; height: 1.25rem; margin: .125rem 0 0;
  accent-color: var(--accent); color: var(--accent); line-height: 1.25rem; text-align: center; font-weight: 700; }
details { margin-top: 1rem; }
summary { padding: .5rem; border-radius: .5rem; color: var(--accent); font-weight: 600; cursor: pointer; }
.field { display: grid; gap: .375rem; margin: .75rem 0; }
.field input { width: 100%; padding: .625rem .75rem; border: 1px solid var(--soft); border-radius: .5rem;
  background: var(--card); color: inherit; font: inherit; }
.actions { display: flex; flex-wrap: wrap; gap: .75rem; margin-top: 1.5rem; }
.button { padding: .625rem 1.5rem; border: 1px solid var(--accent); border-radius: 2rem; background: none;
  color: var(--accent); font: inherit; font-weight: 600; cursor: pointer; }
.button.first { background: var(--accent); color: var(--on-accent); }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
.scroll { overflow-x: auto; }
table { width: 100%; border-collapse: collapse; font-size: .9375rem; }
th { white-space: nowrap; overflow-wrap: normal; }
th, td { padding: .375rem .75rem .375rem 0; border-bottom: 1px solid var(--line); text-align: left;
  vertical-align: top; }
`;
