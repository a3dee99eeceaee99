// Runs first in every root command. The repository brings its own Node for Linux and Windows; elsewhere yours is used.
const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);

if (major < 22 || (major === 22 && minor < 19)) {
  console.error(`google-bearer needs Node 22.19 or later to run; this is ${process.version}.`);
  console.error(
    'Install a newer one from https://nodejs.org (or with your version manager) and run the command again.',
  );
  process.exit(1);
}
