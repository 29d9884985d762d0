/** The folder of a path of a build context, `''` for what is in the root and for the root itself. In: clean, with slashes. Pure. */
export function folderOf(path: string): string {
  return path.slice(0, Math.max(path.lastIndexOf('/'), 0));
}

/** The path of a name in a folder; `''` is the root. Pure. */
export function childOf(folder: string, name: string): string {
  return folder === '' ? name : `${folder}/${name}`;
}
