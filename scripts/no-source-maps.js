// Loaded by each test file. Node runs our sources where they stand, so positions are right without source maps. tap turns
// the maps on, and then those of every dependency are read.
import module, { syncBuiltinESMExports } from 'node:module';

process.setSourceMapsEnabled(false);

// With each file that is loaded, tap asks for the maps of all that it has not got so far. At `false` it gives up.
module.findSourceMap = () => false;
syncBuiltinESMExports();
