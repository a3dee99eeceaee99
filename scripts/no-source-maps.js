// Loaded by each test file. Node runs our sources where they stand, so positions are right without source maps. tap turns
// the maps on, and then those of every dependency are read.
process.setSourceMapsEnabled(false);
