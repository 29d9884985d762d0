import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import type { Random } from './random';
import { FILES, FOLDERS, randomGitIgnoreFile, randomIgnoreFile } from './random-texts';

/** Files and links below a folder, relative to it, sorted. */
export function listPaths(root: string, folder = ''): string[] {
  if (!existsSync(join(root, folder))) return [];
  return readdirSync(join(root, folder), { withFileTypes: true })
    .toSorted((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((entry) => {
      const path = folder === '' ? entry.name : `${folder}/${entry.name}`;
      return entry.isDirectory() ? listPaths(root, path) : [path];
    });
}

/** Fills a folder with files, folders and links. */
export function makeRandomTree(root: string, random: Random): void {
  mkdirSync(root, { recursive: true });
  for (let count = 0; count < 14; count++) writeRandomFile(root, random);
  for (let count = 0; count < 3; count++) makeRandomLink(root, random);
}

/** Makes one change below a folder, and says which. */
export function editRandomly(root: string, random: Random): string {
  const paths = listPaths(root);
  const path = random.pick(paths.length === 0 ? ['x.txt'] : paths);
  const edit = random.pick(EDITS);
  return `${edit.name} ${edit(root, path, random)}`;
}

type Edit = (root: string, path: string, random: Random) => string;

const EDITS: readonly Edit[] = [
  function change(root, path, random) {
    if (!isFile(join(root, path))) return 'nothing';
    writeFileSync(join(root, path), keptText(path, root, random));
    return path;
  },
  function add(root, _path, random) {
    return writeRandomFile(root, random);
  },
  function remove(root, path) {
    rmSync(join(root, path), { force: true });
    return path;
  },
  function rename(root, path, random) {
    const to = `${path}${random.pick(['0', '.old', '_', '~'])}`;
    if (existsSync(join(root, path))) renameSync(join(root, path), join(root, to));
    return `${path} to ${to}`;
  },
  function removeFolder(root, path) {
    const folder = dirname(path);
    if (folder !== '.') rmSync(join(root, folder), { recursive: true, force: true });
    return folder;
  },
  toggleExecutable,
  toggleExecutable,
  function link(root, _path, random) {
    return makeRandomLink(root, random);
  },
  function replaceByEqualLink(root, path, random) {
    if (!isFile(join(root, path))) return 'nothing';
    const twin = `${path}.twin`;
    renameSync(join(root, path), join(root, twin));
    symlinkSync(`./${twin.split('/').at(-1)}`, join(root, path));
    return `${path} ${random.below(2)}`;
  },
  function replaceLinkByEqualFile(root, path) {
    const absolute = join(root, path);
    if (!lstatSync(absolute, { throwIfNoEntry: false })?.isSymbolicLink()) return 'nothing';
    if (!leadsToFile(absolute)) return 'nothing';
    const content = readFileSync(absolute);
    rmSync(absolute);
    writeFileSync(absolute, content);
    return path;
  },
  function retargetToEqualFile(root, path) {
    const absolute = join(root, path);
    if (!lstatSync(absolute, { throwIfNoEntry: false })?.isSymbolicLink()) return 'nothing';
    const target = readlinkSync(absolute);
    rmSync(absolute);
    symlinkSync(target.startsWith('./') ? target.slice(2) : `./${target}`, absolute);
    return path;
  },
  function ignore(root, _path, random) {
    writeFileSync(join(root, '.dockerignore'), randomIgnoreFile(random));
    return '.dockerignore';
  },
  function noIgnore(root) {
    rmSync(join(root, '.dockerignore'), { force: true });
    return '.dockerignore';
  },
  function gitIgnore(root, _path, random) {
    const folder = random.pick(['', 'src', 'docs', 'lib', 'lib/a']);
    const file = join(folder, random.pick(['.gitignore', '.gitignore', '.nxignore', '.ignore']));
    if (random.oneIn(2)) rmSync(join(root, file), { force: true });
    else write(root, file, randomGitIgnoreFile(random));
    return file;
  },
  function addGitIgnored(root, _path, random) {
    const path = random.pick(['x.log', 'src/x.log', 'node_modules/m/index.js']);
    write(root, path, String(random.below(100)));
    return path;
  },
];

function toggleExecutable(root: string, path: string): string {
  if (isFile(join(root, path))) chmodSync(join(root, path), statSync(join(root, path)).mode ^ 0o111);
  return path;
}

/** A Go file keeps its package, whatever else changes. */
function keptText(path: string, root: string, random: Random): string {
  if (!path.endsWith('.go')) return String(random.below(1000));
  const [first = 'package x'] = readFileSync(join(root, path), 'utf8').split('\n');
  return `${/^package \w+$/.test(first) ? first : 'package x'}\n\n// ${random.below(1000)}\n`;
}

function writeRandomFile(root: string, random: Random): string {
  const path = [random.pick(['', ...FOLDERS]), random.pick(FILES)].filter((part) => part !== '').join('/');
  write(root, path, path.endsWith('.go') ? `package x\n\n// ${random.below(100)}\n` : String(random.below(5)));
  return path;
}

function makeRandomLink(root: string, random: Random): string {
  const path = random.pick(['link', 'src/link', 'docs/link', 'link-to-file', 'lib/link']);
  const depth = path.split('/').length - 1;
  const target =
    '../'.repeat(depth) + random.pick(['src', 'docs', 'lib', 'src/deep', 'src/a.go', 'x.txt', 'nowhere', 'link']);
  rmSync(join(root, path), { recursive: true, force: true });
  makeFolder(root, dirname(path));
  symlinkSync(target, join(root, path));
  return `${path} to ${target}`;
}

function write(root: string, path: string, text: string): void {
  makeFolder(root, dirname(path));
  const absolute = join(root, path);
  if (!isFile(absolute)) rmSync(absolute, { recursive: true, force: true });
  writeFileSync(absolute, text);
}

/** What is in the way of a folder goes. */
function makeFolder(root: string, folder: string): void {
  let path = root;
  for (const segment of folder === '.' ? [] : folder.split('/')) {
    path = join(path, segment);
    if (!(lstatSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false)) {
      rmSync(path, { recursive: true, force: true });
      mkdirSync(path);
    }
  }
}

/** Not so for a loop of links. */
function leadsToFile(path: string): boolean {
  try {
    return statSync(path).isFile();
  } catch {
    return false;
  }
}

function isFile(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false })?.isFile() ?? false;
}
