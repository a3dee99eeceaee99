/** Prints how many ms it takes to import a module: `node dist/time-import.js NAME`. */
const name = process.argv[2] ?? '';
const began = performance.now();
await import(name);
const took = performance.now() - began;
process.stdout.write(String(took));
