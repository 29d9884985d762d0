import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { imageTagOf, type ImageRecord } from '../../src/artifact/image-record';
import { openKindCluster } from '../../src/clusters/kind/open-kind-cluster';
import { createTransport, type TransportOptions } from '../../src/clusters/transports/create-transport';
import type { ClusterNode, Transport } from '../../src/clusters/transports/transport';
import { createDockerImageStore } from '../../src/engines/docker/docker-image-store';
import type { ImageStore } from '../../src/engines/image-store';
import { startDockerd, type TestDockerd } from '../test-dockerd';
import { openTestApi, openTestNamespace, testTools, TEST_IMAGE, type TestNamespace } from './kind-test-cluster';
import { NODE_IMAGE, TEST_CLUSTER_PREFIX } from './shared-cluster';
import { newBlobs, readBlobs, removeImages } from './transport-lab';

const MEBIBYTE = 1024 * 1024;
/** Of an archive: headers, padding, config, manifest and index. */
const ENVELOPE_BYTES = 16 * 1024;

let test: TestNamespace;
let dockerd: TestDockerd;
let source: ImageStore;
let nodes: ClusterNode[];
const lines: string[] = [];
const folder = mkdtempSync(join(tmpdir(), 'sliptest-docker-source-'));
const machineStore = join(folder, 'machine store');
const prefix = `sliptest-docker-${process.pid}-${randomBytes(4).toString('hex')}`;

beforeAll(async () => {
  test = openTestNamespace('docker-source');
  nodes = test.listNodes();
  dockerd = await startDockerd({ forNodes: true });
  source = createDockerImageStore({ machineStore, tools: dockerTools() });
});

afterEach(() => void lines.splice(0));

afterAll(async () => {
  await removeImages(nodes ?? [], prefix);
  await dockerd?.stop();
  test?.close();
  rmSync(folder, { recursive: true, force: true });
});

const dockerTools = (): ReturnType<typeof testTools> => ({
  ...testTools(lines),
  env: { ...process.env, ...dockerd.env, KIND_EXPERIMENTAL_PROVIDER: undefined },
});

const open = (kind: TransportOptions['kind'], to: readonly ClusterNode[] = nodes): Transport =>
  createTransport({ kind, nodes: to, source, machineStore, tools: dockerTools() });

/** Builds an image with docker, under its image tag. */
async function build(name: string, dockerfile: string, bytes: number): Promise<ImageRecord> {
  const context = mkdtempSync(join(folder, 'context-'));
  writeFileSync(join(context, name), randomBytes(bytes));
  writeFileSync(join(context, 'Dockerfile'), `${dockerfile}\nCOPY ${name} /\n`);
  dockerd.docker('build', '--quiet', '--network', 'none', '--tag', `${prefix}-${name}:built`, context);
  const found = (await source.findImages([`${prefix}-${name}:built`])).get(`${prefix}-${name}:built`);
  if (!found) throw new Error(`docker built no ${name}`);
  const { imageId } = found;
  await source.tagImage(imageId, [imageTagOf(`${prefix}-${name}`, imageId)]);
  const layers = await source.listLayers(imageId);
  return { schemaVersion: 1, name: `${prefix}-${name}`, imageId, platform: 'linux/amd64', layers };
}

describe('An image that docker built', () => {
  it('reaches nodes by the layers that they lack, with its image ID, and pods start from it', async () => {
    const image = await build('layers', `FROM ${TEST_IMAGE}\nCMD ["sleep", "60"]`, MEBIBYTE);
    let sent = 0;
    const appeared = await newBlobs(nodes[1]!, async () => {
      for (const { sentBytes } of await open('layers').loadImages([image])) sent += sentBytes;
    });
    // The nodes have the base from podman: the same bytes, whichever engine gives them.
    expect(appeared).toContain(image.imageId);
    expect(appeared).toContain(image.layers[1]!.diffId);
    expect(appeared).not.toContain(image.layers[0]!.diffId);
    expect(sent).toBeLessThan(nodes.length * (MEBIBYTE + ENVELOPE_BYTES));
    expect(await open('layers').loadImages([image])).toMatchObject([{ status: 'present', sentBytes: 0 }]);
    const overrides = JSON.stringify({ spec: { nodeName: nodes[1]!.name, terminationGracePeriodSeconds: 0 } });
    const reference = imageTagOf(image.name, image.imageId);
    test.kubectl(['run', 'built', `--image=${reference}`, '--image-pull-policy=Never', '--overrides', overrides]);
    test.kubectl(['wait', 'pod/built', '--for=condition=Ready', '--timeout=150s']);
    expect(test.kubectl(['get', 'pod', 'built', '-o', 'jsonpath={.status.containerStatuses[0].imageID}'])).toContain(
      image.imageId,
    );
    test.kubectl(['delete', 'pod', 'built', '--now', '--wait=false']);
    expect(lines).toEqual([]);
  });

  it('reaches nodes by an archive, and the transport by layers finds it there', async () => {
    const image = await build('archive', 'FROM scratch', MEBIBYTE);
    expect(await open('archive').loadImages([image])).toMatchObject([{ status: 'loaded' }]);
    expect(await open('layers').loadImages([image])).toMatchObject([{ status: 'present', sentBytes: 0 }]);
  });
});

describe('A kind cluster whose nodes are docker’s containers', () => {
  it('is made, looked at, given images, and removed', async () => {
    const archive = `podman save --quiet ${NODE_IMAGE} | docker load --quiet`;
    execFileSync('sh', ['-c', archive], { env: dockerTools().env, stdio: ['ignore', 'ignore', 'pipe'] });
    const cluster = openKindCluster({
      name: `${TEST_CLUSTER_PREFIX}${process.pid}-docker`,
      engine: 'docker',
      workspaceRoot: folder,
      machineStore,
      kind: { nodeImage: NODE_IMAGE },
      openApi: (target) => openTestApi(target, dockerTools()),
      tools: dockerTools(),
    });
    try {
      expect(await cluster.up()).toEqual({ change: 'created', version: 'v1.34.4' });
      expect(await cluster.up()).toEqual({ change: 'unchanged', version: 'v1.34.4' });
      const own = await cluster.listNodes();
      expect(own.map(({ name }) => name)).toEqual([`${cluster.name}-control-plane`]);
      const image = await build('own', 'FROM scratch', MEBIBYTE);
      expect(await open('layers', own).loadImages([image])).toMatchObject([{ status: 'loaded' }]);
      expect(await open('layers', own).loadImages([image])).toMatchObject([{ status: 'present', sentBytes: 0 }]);
      expect(await readBlobs(own[0]!)).toContain(image.imageId);
    } finally {
      await cluster.down();
      dockerd.docker('network', 'rm', 'kind');
    }
    expect(dockerd.docker('ps', '--all', '--quiet')).toBe('');
  }, 400_000);
});
