import rules from './.dependency-cruiser.js';

/** The same rules for tests, whose `using` declarations the parser that also sees type imports does not know. */
export default { ...rules, options: { ...rules.options, parser: 'acorn', tsPreCompilationDeps: false } };
