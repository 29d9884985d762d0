import { hash } from 'node:crypto';
import { dirname, posix } from 'node:path';
import type { ContextDisk, EntryKind } from '../../build-context/context-disk';

/** What lies at a path: a text, one that may be executed, or a link. */
export type MemoryEntry = string | { readonly executable: string } | { readonly link: string };

/** A disk that exists in memory only and has these files, by absolute path, and the folders above them. */
export function diskInMemory(files: Readonly<Record<string, MemoryEntry>>): ContextDisk {
  const folders = new Map<string, Map<string, EntryKind>>();
  for (const [path, entry] of Object.entries(files)) {
    addTo(folders, path, typeof entry === 'object' && 'link' in entry ? 'link' : 'file');
    for (let folder = dirname(path); folder !== '/'; folder = dirname(folder)) addTo(folders, folder, 'directory');
  }
  const kindAt = (path: string): EntryKind | undefined => folders.get(dirname(path))?.get(posix.basename(path));
  const textAt = (path: string): string => {
    const entry = files[path];
    if (typeof entry === 'string') return entry;
    if (entry && 'executable' in entry) return entry.executable;
    throw Object.assign(new Error(`${path} is no file`), { code: 'EISDIR' });
  };
  return {
    readFolder: (path) => [...(folders.get(path) ?? [])].map(([name, kind]) => ({ name, kind })),
    readText: (path) => (kindAt(path) === undefined ? undefined : textAt(path)),
    digestFile: (path) => hash('sha256', textAt(path), 'hex'),
    readLink: (path) => {
      const entry = files[path];
      if (typeof entry === 'object' && 'link' in entry) return entry.link;
      throw Object.assign(new Error(`${path} is no link`), { code: 'EINVAL' });
    },
    look: (path) => {
      const kind = kindAt(path);
      const entry = files[path];
      return kind && { kind, isExecutable: typeof entry === 'object' && 'executable' in entry };
    },
    isFolder: (path) => kindAt(path) === 'directory',
  };
}

function addTo(folders: Map<string, Map<string, EntryKind>>, path: string, kind: EntryKind): void {
  const names = folders.get(dirname(path)) ?? new Map<string, EntryKind>();
  names.set(posix.basename(path), kind);
  folders.set(dirname(path), names);
}
