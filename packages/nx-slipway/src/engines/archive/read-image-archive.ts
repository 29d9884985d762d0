import { createHash } from 'node:crypto';
import { posix } from 'node:path';
import { type Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import type { Headers } from 'tar-stream';
import * as z from 'zod';
import type { ImageConfig, ImageTree, TreeEntry } from '../image-trees';
import { eachEntry, isGzip, isTar, isZstandard, MAX_DOCUMENT_BYTES, pathOf, peek, readWhole } from './archive-members';
import { applyLayers, parseWhiteout, type LayerChange } from './layer-tree';

/** An image as its archive has it. */
export interface ArchivedImage extends ImageTree {
  /** Digest of the config's bytes: the image ID. */
  readonly imageId: string;
  /** Size of each layer's uncompressed archive, bottom first. */
  readonly layerBytes: readonly number[];
}

/** `manifest.json` of an archive that `docker save` or `podman save` wrote. */
const manifestSchema = z.array(z.object({ Config: z.string(), Layers: z.array(z.string()).nullable() })).length(1);

const stringList = z.array(z.string()).nullish();
const stringMap = z.record(z.string(), z.string()).nullish();
const keysOf = z.record(z.string(), z.unknown()).nullish();
const configSchema = z.object({
  config: z
    .object({
      Env: stringList,
      Entrypoint: stringList,
      Cmd: stringList,
      WorkingDir: z.string().nullish(),
      User: z.string().nullish(),
      Labels: stringMap,
      ExposedPorts: keysOf,
      Volumes: keysOf,
      StopSignal: z.string().nullish(),
      OnBuild: stringList,
      Healthcheck: z.unknown().optional(),
    })
    .nullish(),
});

type RunConfig = Partial<NonNullable<z.infer<typeof configSchema>['config']>>;

/** What is kept of an archive while it streams by: its members come in any order, so all is put together at the end. */
interface Members {
  readonly documents: Map<string, Buffer>;
  readonly layers: Map<string, Layer>;
  /** Layers that are links to others: podman and docker 20.10 write a layer once. */
  readonly links: Map<string, string>;
}

interface Layer {
  readonly changes: readonly LayerChange[];
  readonly bytes: number;
}

/**
 * Reads the archive of one image as it streams by: nothing is written, and of the files only names and digests are kept. Takes what
 * podman 4.3 and later and docker 20.10 and later write, with and without the containerd image store.
 * @throws {Error} for anything else
 */
export async function readImageArchive(archive: Readable): Promise<ArchivedImage> {
  const members: Members = { documents: new Map(), layers: new Map(), links: new Map() };
  await eachEntry(archive, (header, content) => readMember(header, content, members));
  const [manifest] = manifestSchema.parse(JSON.parse(documentOf('manifest.json', members).toString('utf8')));
  const config = documentOf(manifest?.Config ?? '', members);
  const layers = (manifest?.Layers ?? []).map((name) => layerOf(name, members));
  return {
    imageId: `sha256:${createHash('sha256').update(config).digest('hex')}`,
    config: parseConfig(config.toString('utf8')),
    entries: applyLayers(layers.map(({ changes }) => changes)),
    layerBytes: layers.map(({ bytes }) => bytes),
  };
}

/** The comparable part of an image's config. Pure. */
export function parseConfig(json: string): ImageConfig {
  const config: RunConfig = configSchema.parse(JSON.parse(json)).config ?? {};
  return {
    env: config.Env ?? [],
    entrypoint: config.Entrypoint ?? null,
    cmd: config.Cmd ?? null,
    workingDir: config.WorkingDir ?? '',
    user: config.User ?? '',
    labels: config.Labels ?? {},
    exposedPorts: Object.keys(config.ExposedPorts ?? {}).sort(),
    volumes: Object.keys(config.Volumes ?? {}).sort(),
    stopSignal: config.StopSignal ?? '',
    onbuild: config.OnBuild ?? [],
    healthcheck: config.Healthcheck ?? null,
  };
}

async function readMember(header: Headers, content: Readable, members: Members): Promise<void> {
  const name = pathOf(header.name);
  if (header.type === 'symlink' || header.type === 'link') {
    members.links.set(name, resolveLink(name, header.linkname ?? '', header.type));
  } else if (header.type === 'file') {
    const size = header.size ?? 0;
    const { first, whole } = await peek(content);
    if (isZstandard(first)) throw new Error(`the layer ${name} is compressed with zstd, which is not read`);
    if (isTar(first)) members.layers.set(name, await readLayer(whole));
    else if (isGzip(first)) members.layers.set(name, await readLayer(whole.pipe(createGunzip())));
    else if (size <= MAX_DOCUMENT_BYTES) members.documents.set(name, await readWhole(whole));
  }
}

async function readLayer(layer: Readable): Promise<Layer> {
  const changes: LayerChange[] = [];
  let bytes = 0;
  const counted = new Transform({
    transform(chunk: Buffer, _encoding, done): void {
      bytes += chunk.length;
      done(null, chunk);
    },
  });
  const read = eachEntry(counted, async (header, content) => {
    const change = await describeChange(header, content);
    if (change) changes.push(change);
  });
  await Promise.all([pipeline(layer, counted), read]);
  return { changes, bytes };
}

async function describeChange(header: Headers, content: Readable): Promise<LayerChange | undefined> {
  const path = pathOf(header.name);
  if (header.type === 'link') return { kind: 'hard-link', path, target: pathOf(header.linkname ?? '') };
  return parseWhiteout(path) ?? { kind: 'entry', entry: await describeEntry(path, header, content) };
}

async function describeEntry(path: string, header: Headers, content: Readable): Promise<TreeEntry> {
  const { kind, linkTarget } = kindOf(header);
  return {
    path,
    kind,
    mode: (header.mode ?? 0) & 0o7777,
    uid: header.uid ?? 0,
    gid: header.gid ?? 0,
    size: kind === 'file' ? (header.size ?? 0) : 0,
    sha256: kind === 'file' ? await digestOf(content) : null,
    linkTarget,
    xattrs: xattrsOf(header),
  };
}

function kindOf(header: Headers): Pick<TreeEntry, 'kind' | 'linkTarget'> {
  switch (header.type) {
    case 'file':
    case 'contiguous-file':
      return { kind: 'file', linkTarget: null };
    case 'directory':
      return { kind: 'directory', linkTarget: null };
    case 'symlink':
      return { kind: 'link', linkTarget: header.linkname ?? '' };
    case 'character-device':
    case 'block-device':
      return { kind: 'other', linkTarget: `${header.type.charAt(0)} ${header.devmajor ?? 0}:${header.devminor ?? 0}` };
    default:
      return { kind: 'other', linkTarget: header.type ?? null };
  }
}

/** Extended attributes are PAX records (Go's archive/tar 1.10 and later, which both engines use). */
function xattrsOf(header: Headers): Record<string, string> {
  const records = Object.entries((header as { pax?: Record<string, string> | null }).pax ?? {});
  const prefix = 'SCHILY.xattr.';
  return Object.fromEntries(
    records.filter(([key]) => key.startsWith(prefix)).map(([key, value]) => [key.slice(prefix.length), value]),
  );
}

async function digestOf(content: Readable): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(content, hash);
  return hash.digest('hex');
}

function documentOf(name: string, { documents }: Members): Buffer {
  const document = documents.get(name);
  if (document === undefined) throw new Error(`the archive has no ${name || 'config'}`);
  return document;
}

function layerOf(name: string, { layers, links }: Members): Layer {
  const layer = layers.get(links.get(name) ?? name);
  if (layer === undefined) throw new Error(`the archive has no layer ${name}`);
  return layer;
}

function resolveLink(name: string, target: string, type: 'symlink' | 'link'): string {
  return type === 'link' ? pathOf(target) : posix.join(posix.dirname(name), target);
}
