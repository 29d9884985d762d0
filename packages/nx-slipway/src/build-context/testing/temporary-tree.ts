import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

/** A file's content, or `{ link }`, or `{ content, mode }`. */
export type TreeEntry = string | { readonly link: string } | { readonly content: string; readonly mode: number };

/** Makes a folder with these files and links in the system's temporary folder; folders come by themselves. Returns its absolute path. */
export function makeTree(entries: Readonly<Record<string, TreeEntry>>): string {
  const root = mkdtempSync(join(tmpdir(), 'slipway-tree-'));
  for (const [path, entry] of Object.entries(entries)) {
    const target = join(root, path);
    mkdirSync(dirname(target), { recursive: true });
    if (typeof entry === 'object' && 'link' in entry) symlinkSync(entry.link, target);
    else writeFileSync(target, typeof entry === 'string' ? entry : entry.content);
    if (typeof entry === 'object' && 'mode' in entry) chmodSync(target, entry.mode);
  }
  return root;
}

/** Removes what `makeTree` made. */
export function removeTrees(trees: readonly string[]): void {
  for (const tree of trees) rmSync(tree, { recursive: true, force: true });
}
