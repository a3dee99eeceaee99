import { readdirSync, readFileSync } from 'node:fs';
import { extname, join, relative, sep } from 'node:path';

/** One file of what the browser loads. */
export interface Asset {
  /** Path under which the emulator serves it. */
  readonly path: string;
  readonly type: string;
  readonly content: string;
}

const FOLDER = join(import.meta.dirname, '../assets');
const TYPES = new Map([
  ['.css', 'text/css; charset=utf-8'],
  ['.html', 'text/html; charset=utf-8'],
  ['.js', 'text/javascript; charset=utf-8'],
]);

function readAsset(file: string): Asset[] {
  const type = TYPES.get(extname(file));
  if (type === undefined) return [];
  return [
    { path: `/assets/${relative(FOLDER, file).replaceAll(sep, '/')}`, type, content: readFileSync(file, 'utf8') },
  ];
}

/** The files of the folder `assets`, which lies beside `src` and `dist`: read once, served as they are. */
export const assets: readonly Asset[] = readdirSync(FOLDER, { recursive: true, encoding: 'utf8' }).flatMap((name) =>
  readAsset(join(FOLDER, name)),
);

/** @throws Error when the package has no such file */
export function assetAt(path: string): Asset {
  const found = assets.find((asset) => asset.path === path);
  if (found === undefined) throw new Error(`the package lacks ${path}`);
  return found;
}
