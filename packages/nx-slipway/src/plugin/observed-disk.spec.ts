import type { ContextDisk } from '../build-context/context-disk';
import { observeDisk, type ObservedDisk } from './observed-disk';
import { diskInMemory } from './testing/disk-in-memory';

const FILES = { '/shop/web/a.yaml': 'a', '/shop/web/src/main.go': 'package main\n' };

/** A disk in memory, and what it was asked. */
function openDisk(files: Readonly<Record<string, string>> = FILES): { disk: ObservedDisk; asked: string[] } {
  const asked: string[] = [];
  const disk = diskInMemory(files);
  const listening: ContextDisk = {
    ...disk,
    readFolder: (path) => (asked.push(`list ${path}`), disk.readFolder(path)),
    readText: (path, isListed) => (asked.push(`read ${path}, listed: ${isListed}`), disk.readText(path)),
    look: (path) => (asked.push(`look ${path}`), disk.look(path)),
    isFolder: (path) => (asked.push(`is folder ${path}`), disk.isFolder(path)),
  };
  return { disk: observeDisk('/shop', listening), asked };
}

const ROOT_LISTS = ['list /shop', 'list /shop/web'];

describe('observeDisk', () => {
  it('tells from the list of its folder that something is not there, or is no folder', () => {
    const { disk, asked } = openDisk();
    expect(disk.readText('/shop/web/.gitignore')).toBeUndefined();
    expect(disk.look('/shop/web/go.mod')).toBeUndefined();
    expect(disk.isFolder('/shop/web/k8s')).toBe(false);
    expect(() => disk.readFolder('/shop/web/a.yaml')).toThrow('ENOTDIR');
    expect(() => disk.readFolder('/shop/web/gone')).toThrow('ENOENT');
    expect(asked).toEqual(ROOT_LISTS);
  });

  it('reads a file that its folder lists without asking whether it is there', () => {
    const { disk, asked } = openDisk();
    expect(disk.readText('/shop/web/a.yaml')).toBe('a');
    expect(asked).toEqual([...ROOT_LISTS, 'read /shop/web/a.yaml, listed: true']);
  });

  it('remembers by folder what was not there, and the digest changes when it is there', () => {
    const { disk } = openDisk();
    for (const name of ['.gitignore', '.ignore']) disk.readText(`/shop/web/${name}`);
    disk.look('/shop/go.mod');
    const questions = disk.questions();
    expect(questions.absent).toEqual(['/shop//go.mod', 'web//.gitignore/.ignore']);
    expect(questions.readText).toEqual([]);
    const digestOf = (files: Readonly<Record<string, string>>) => openDisk(files).disk.digestAnswers(questions);
    expect(digestOf({ ...FILES, '/shop/web/b.yaml': '' })).toBe(disk.digestAnswers(questions));
    expect(digestOf({ ...FILES, '/shop/web/.ignore': '' })).not.toBe(disk.digestAnswers(questions));
    expect(digestOf({ ...FILES, '/shop/go.mod/a': '' })).not.toBe(disk.digestAnswers(questions));
    expect(digestOf({ '/shop/a': '' })).not.toBe(disk.digestAnswers(questions));
  });
});
