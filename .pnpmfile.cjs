/**
 * The Node runtimes that the repository brings name their platform as a string where pnpm reads a list; unread, every
 * platform would be given the others' programs, all called `node`.
 */
const readPackage = (pkg) =>
  /^node-(linux|win)-/.test(pkg.name) ? { ...pkg, os: [pkg.os].flat(), cpu: [pkg.cpu].flat() } : pkg;

module.exports = { hooks: { readPackage } };
