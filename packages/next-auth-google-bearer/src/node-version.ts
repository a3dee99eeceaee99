/** The first import of the entry: an older Node would load the rest, and fail at some call with a message that says nothing. */
const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);

if (major < 22 || (major === 22 && minor < 19)) {
  throw new Error(`next-auth-google-bearer needs Node 22.19 or later; this is Node ${process.versions.node}.`);
}
