import { posix } from 'node:path';
import { parse } from 'yaml';
import type { ManifestTree } from '../manifest-tree';
import { findKustomization } from './find-kustomization';

/** Fields that list files or folders with more objects (kustomize v5.7, api/types/kustomization.go). */
const PATH_LISTS = [
  'resources',
  'bases',
  'components',
  'crds',
  'configurations',
  'generators',
  'transformers',
  'validators',
];

/** Fields whose items name a file in `path`. */
const ITEMS_WITH_PATH = ['patches', 'patchesJson6902', 'replacements'];

/** Fields whose items make ConfigMaps and Secrets of files. */
const GENERATORS = ['configMapGenerator', 'secretGenerator'];

/** What a kustomization is made of, as far as its files tell. */
export interface KustomizationReading {
  /** Every file that it is made of, those of the kustomizations that it refers to included; workspace-relative, sorted. */
  readonly files: readonly string[];
  /** The names that it gives to images. */
  readonly images: readonly string[];
  /** What is not among the workspace's files: remote bases, charts, what runs programs. Then nobody can tell whether it has changed. */
  readonly unread: readonly string[];
}

/** Reads what a kustomization refers to, without running kustomize. Pure but for reading through `tree`. */
export function readKustomization(file: string, tree: ManifestTree): KustomizationReading {
  const reading = { files: new Set<string>(), images: new Set<string>(), unread: new Set<string>() };
  const readOne = (path: string): void => {
    if (reading.files.has(path)) return;
    reading.files.add(path);
    const folder = posix.dirname(path);
    const fields = parseFields(tree.read(path));
    if (!fields) return void reading.unread.add(path);
    for (const reference of listReferences(fields)) {
      if (isInline(reference)) continue;
      const target = posix.join(folder, reference);
      const nested = isWithinWorkspace(target) ? findKustomization(target, tree) : undefined;
      if (nested !== undefined && nested !== path) readOne(nested);
      else if (isWithinWorkspace(target) && tree.read(target) !== undefined) reading.files.add(target);
      else reading.unread.add(reference);
    }
    for (const { newName } of itemsOf(fields, 'images')) if (typeof newName === 'string') reading.images.add(newName);
    for (const field of ['helmCharts', 'helmChartInflationGenerator']) {
      if (fields[field] !== undefined) reading.unread.add(field);
    }
  };
  readOne(file);
  return {
    files: [...reading.files].toSorted(),
    images: [...reading.images],
    unread: [...reading.unread],
  };
}

type Fields = Readonly<Record<string, unknown>>;

function parseFields(text: string | undefined): Fields | undefined {
  try {
    const value: unknown = text === undefined ? undefined : parse(text, { version: '1.1' });
    return isFields(value) ? value : undefined;
  } catch {
    // kustomize itself reports it when the project is deployed.
    return undefined;
  }
}

function listReferences(fields: Fields): string[] {
  const openapi = isFields(fields['openapi']) ? [fields['openapi']['path']] : [];
  return [
    ...[...PATH_LISTS, 'patchesStrategicMerge'].flatMap((field) => textsOf(fields[field])),
    ...ITEMS_WITH_PATH.flatMap((field) => itemsOf(fields, field).map(({ path }) => path)),
    ...openapi,
    ...GENERATORS.flatMap((field) => itemsOf(fields, field).flatMap(listGeneratorFiles)),
  ].filter((reference) => typeof reference === 'string');
}

/** `files` holds `path` and `key=path`. */
function listGeneratorFiles({ files, envs, env }: Fields): string[] {
  const named = textsOf(files).map((entry) => entry.slice(entry.indexOf('=') + 1));
  return [...named, ...textsOf(envs), ...textsOf([env])];
}

function itemsOf(fields: Fields, field: string): Fields[] {
  const items = fields[field];
  return Array.isArray(items) ? items.filter(isFields) : [];
}

function textsOf(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((item) => typeof item === 'string') : [];
}

/** A patch or a generator that stands in the kustomization itself. */
function isInline(reference: string): boolean {
  return /\n|: |^\s*[{[]/.test(reference);
}

function isWithinWorkspace(path: string): boolean {
  return !posix.isAbsolute(path) && !/^\.\.(\/|$)/.test(path);
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
