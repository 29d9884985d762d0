import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { randomBytes } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { imageTagOf, type ImageRecord } from '../../src/artifact/image-record';
import { createTransport, type TransportOptions } from '../../src/clusters/transports/create-transport';
import type { ClusterNode, Transport } from '../../src/clusters/transports/transport';
import { createPodmanImageStore } from '../../src/engines/podman/podman-image-store';
import type { Tools } from '../../src/exec/tools';
import { testTools } from './kind-test-cluster';

/** Small images of this test's own, and transports that load them. */
export interface TransportLab {
  /** Lines that the code under test has printed. */
  readonly lines: string[];
  readonly tools: Tools;
  /** Builds an image that nobody else has, with its image tag, e.g. from `FROM scratch`; `random` files have that many bytes each,
   * `files` are copied from their paths. */
  build(
    name: string,
    dockerfile: string,
    options?: { random?: Record<string, number>; files?: Record<string, string>; format?: 'oci' | 'docker' },
  ): Promise<ImageRecord>;
  open(nodes: readonly ClusterNode[], options?: Partial<TransportOptions>): Transport;
  /** Removes the images from podman and from the nodes. */
  dispose(nodes: readonly ClusterNode[]): Promise<void>;
}

/** Opens a lab. */
export function openTransportLab(): TransportLab {
  const lines: string[] = [];
  const tools = testTools(lines);
  const source = createPodmanImageStore(tools);
  const folder = mkdtempSync(join(tmpdir(), 'sliptest-transport-'));
  const prefix = `sliptest-${process.pid}-${randomBytes(4).toString('hex')}`;
  const tags: string[] = [];
  return {
    lines,
    tools,
    build: async (name, dockerfile, { random = {}, files = {}, format = 'oci' } = {}) => {
      const context = join(folder, `${tags.length}`);
      execFileSync('mkdir', [context]);
      for (const [file, bytes] of Object.entries(random)) writeFileSync(join(context, file), randomBytes(bytes));
      for (const [file, path] of Object.entries(files)) copyFileSync(path, join(context, file));
      writeFileSync(join(context, 'Dockerfile'), `${dockerfile}\nLABEL io.nx-slipway.test=${prefix}\n`);
      const args = ['build', '--quiet', '--no-cache', '--network', 'none', '--format', format, context];
      const id = execFileSync('podman', args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] }).trim();
      const imageId = `sha256:${id}`;
      const image = `${prefix}-${name}`;
      const tag = imageTagOf(image, imageId);
      await source.tagImage(imageId, [tag]);
      tags.push(tag);
      const layers = await source.listLayers(imageId);
      return { schemaVersion: 1, name: image, imageId, platform: 'linux/amd64', layers };
    },
    open: (nodes, options = {}) =>
      createTransport({
        kind: 'layers',
        nodes,
        source,
        machineStore: join(folder, 'machine store'),
        tools,
        ...options,
      }),
    dispose: async (nodes) => {
      await removeImages(nodes, prefix);
      if (tags.length > 0) execFileSync('podman', ['rmi', '--force', ...tags], { stdio: 'ignore' });
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Runs `ctr` in a node; what it printed. */
export async function ctr(node: ClusterNode, ...args: string[]): Promise<string> {
  const result = await node.exec(['ctr', '--namespace=k8s.io', ...args]);
  if (result.status !== 'ok') throw new Error(`ctr ${args.join(' ')} in ${node.name}: ${result.stderr}`);
  return result.stdout;
}

/** Digests of the blobs that a node has. */
export async function readBlobs(node: ClusterNode): Promise<Set<string>> {
  return new Set((await ctr(node, 'content', 'ls', '-q')).split('\n').filter(Boolean));
}

/** Digests of the blobs that a node has after some work, and had not before. */
export async function newBlobs(node: ClusterNode, work: () => Promise<unknown>): Promise<string[]> {
  const before = await readBlobs(node);
  await work();
  return [...(await readBlobs(node))].filter((digest) => !before.has(digest));
}

/** Takes all images with this in their names off these nodes. */
export async function removeImages(nodes: readonly ClusterNode[], part: string): Promise<void> {
  for (const node of nodes) {
    const names = (await ctr(node, 'images', 'ls', '-q')).split('\n').filter((name) => name.includes(part));
    if (names.length > 0) await ctr(node, 'images', 'rm', '--sync', ...names);
  }
}

/** Writes that nobody has ended. */
export async function readIngests(node: ClusterNode): Promise<string[]> {
  return (await ctr(node, 'content', 'active')).split('\n').filter((line) => line.startsWith('tar-'));
}

/** A node in which something is done just before, or instead of, what the code under test does. */
export function interfere(node: ClusterNode, change: (exec: ClusterNode['exec']) => ClusterNode['exec']): ClusterNode {
  return { name: node.name, exec: change((args, options) => node.exec(args, options)) };
}
