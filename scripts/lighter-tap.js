// Loaded by each test file before tap, so that tap does less that nobody here looks at.
import hooks from 'node:async_hooks';
import module, { syncBuiltinESMExports } from 'node:module';

// Node runs our sources where they stand, so positions are right without source maps. tap turns the maps on, and then those
// of every dependency are read.
process.setSourceMapsEnabled(false);
// With each file that is loaded, tap asks for the maps of all that it has not got so far. At `false` it gives up.
module.findSourceMap = () => false;

// tap follows each promise from its birth to its collection, to know which test an error belongs to that nobody awaits. That is a sixth
// of the work of a test that makes many. Without it such an error fails the file, and its stack says where it comes from.
const { createHook } = hooks;
hooks.createHook = (callbacks) => createHook({ ...callbacks, trackPromises: false });

syncBuiltinESMExports();
