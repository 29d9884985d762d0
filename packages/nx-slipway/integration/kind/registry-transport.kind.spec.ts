import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { imageTagOf, type ImageRecord } from '../../src/artifact/image-record';
import type { ClusterNode } from '../../src/clusters/transports/transport';
import { wireRegistry } from '../../src/clusters/transports/wire-registry';
import { failureOf } from '../podman-engine-lab';
import { RegistryLab } from '../registry-lab';
import { openTestNamespace, until, type TestNamespace } from './kind-test-cluster';
import { openRegistryGateway, type RegistryGateway } from './registry-gateway';
import { ctr, openTransportLab, readBlobs, type TransportLab } from './transport-lab';

let test: TestNamespace;
let lab: TransportLab;
let registry: RegistryLab;
let gateway: RegistryGateway;
let worker: ClusterNode;
let app: ImageRecord;
let repository: string;
/** The registry's settings, which are needed when it is gone, too. */
let settings: string;

beforeAll(async () => {
  test = openTestNamespace('registry');
  lab = openTransportLab();
  worker = test.listNodes()[1]!;
  registry = await RegistryLab.start();
  repository = `${registry.host}/team`;
  settings = mkdtempSync(join(tmpdir(), 'sliptest-registries-'));
  copyFileSync(registry.env['CONTAINERS_REGISTRIES_CONF']!, join(settings, 'registries.conf'));
  gateway = await openRegistryGateway(registry.host);
  const { hostsFile } = wireRegistry({ registry: registry.host, endpoint: gateway.endpoint });
  const script = 'mkdir -p "$(dirname "$1")" && cat >"$1"';
  for (const node of test.listNodes()) {
    await node.exec(['sh', '-c', script, 'sh', hostsFile.path], { input: hostsFile.content });
  }
  // A program that waits for a signal; every machine that has podman's pods has it, and it needs no library.
  const files = { catatonit: '/usr/bin/catatonit' };
  const dockerfile = 'FROM scratch\nCOPY catatonit app /\nCMD ["/catatonit", "-P"]';
  app = await lab.build('app', dockerfile, { files, random: { app: 1000 } });
});

afterAll(async () => {
  await registry?.stop();
  gateway?.close();
  rmSync(settings, { recursive: true, force: true });
  await lab?.dispose(test.listNodes());
  test?.close();
});

const openRegistryTransport = (nodes?: readonly ClusterNode[]): ReturnType<TransportLab['open']> => {
  const tools = {
    ...lab.tools,
    env: { ...lab.tools.env, CONTAINERS_REGISTRIES_CONF: join(settings, 'registries.conf') },
  };
  return lab.open([], { kind: 'registry', nodes, registry: { repository }, tools });
};

it('pushes an image once, under a reference from which the nodes pull it', async () => {
  const transport = openRegistryTransport();
  expect(transport.referenceOf(app)).toBe(imageTagOf(app.name, app.imageId).replace('localhost', repository));
  const [pushed] = await transport.loadImages([app]);
  expect(pushed).toMatchObject({ image: app.name, status: 'loaded' });
  expect(pushed!.sentBytes).toBeGreaterThan(100_000);
  expect(await transport.loadImages([app])).toEqual([{ image: app.name, status: 'present', sentBytes: 0 }]);

  const overrides = JSON.stringify({ spec: { nodeName: worker.name, terminationGracePeriodSeconds: 0 } });
  test.kubectl(['run', 'pulled', `--image=${transport.referenceOf(app)}`, '--overrides', overrides]);
  // Not by `kubectl wait`: while it blocks this process, the gateway passes nothing on.
  const phase = ['get', 'pod', 'pulled', '-o', 'jsonpath={.status.phase}'];
  await until('the pod runs', () => test.kubectl(phase) === 'Running', 120_000);
  const names = (await ctr(worker, 'images', 'ls', '-q')).split('\n');
  expect(names).toEqual(expect.arrayContaining([transport.referenceOf(app), app.imageId]));
  test.kubectl(['delete', 'pod', 'pulled', '--now']);
});

it('takes an image that a node pulled itself for present, though its layers are not in the content store', async () => {
  expect(await readBlobs(worker)).not.toContain(app.layers.at(-1)!.diffId);
  // A push that fails falls back to the transport by layers, under the registry's references.
  await registry.stop();
  const reports = await openRegistryTransport([worker]).loadImages([app]);
  expect(reports).toEqual([{ image: app.name, status: 'present', sentBytes: 0 }]);
  expect(lab.lines.join('\n')).toMatch(/^CLUSTER_REGISTRY_BYPASSED {2}.*connection refused/);
});

it('names what hinders a push where there is no way around it', async () => {
  const error = await failureOf(openRegistryTransport().loadImages([app]));
  expect(error.code).toBe('CLUSTER_PUSH_FAILED');
  expect(error.message).toContain('connection refused');
});
