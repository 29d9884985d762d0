import { PassThrough, Readable } from 'node:stream';
import { imageTagOf, type ImageRecord } from '../../src/artifact/image-record';
import type { ClusterNode } from '../../src/clusters/transports/transport';
import { failureOf } from '../podman-engine-lab';
import { openTestNamespace, TEST_IMAGE, until, type TestNamespace } from './kind-test-cluster';
import { ctr, interfere, newBlobs, openTransportLab, readBlobs, readIngests, type TransportLab } from './transport-lab';

const MEBIBYTE = 1024 * 1024;
/** Of an archive: headers, padding, config, manifest and index. */
const ENVELOPE_BYTES = 16 * 1024;

let test: TestNamespace;
let lab: TransportLab;
let control: ClusterNode;
let worker: ClusterNode;
/** A layer of 3 MB, and an image that puts 1 MB on top of it. */
let base: ImageRecord;
let app: ImageRecord;

beforeAll(async () => {
  test = openTestNamespace('transports');
  [control, worker] = test.listNodes() as [ClusterNode, ClusterNode];
  lab = openTransportLab();
  base = await lab.build('base', 'FROM scratch\nCOPY base /', { random: { base: 3 * MEBIBYTE } });
  app = await lab.build('app', `FROM ${imageTagOf(base.name, base.imageId)}\nCOPY app /`, {
    random: { app: MEBIBYTE },
  });
});

afterEach(() => {
  lab.lines.length = 0;
});

afterAll(async () => {
  await lab?.dispose(test.listNodes());
  test?.close();
});

const referenceOf = ({ name, imageId }: ImageRecord): string => imageTagOf(name, imageId);
const baseLayer = (): string => base.layers[0]!.diffId;
const appLayer = (): string => app.layers[1]!.diffId;

/** Takes the names of images off a node, and with them what only they hold. */
async function forget(node: ClusterNode, ...images: ImageRecord[]): Promise<void> {
  const names = images.flatMap((image) => [referenceOf(image), image.imageId]);
  const script = 'ctr -n k8s.io images rm "$@"; ctr -n k8s.io leases rm --sync "$(ctr -n k8s.io leases create)"';
  expect((await node.exec(['sh', '-c', script, 'sh', ...names])).status).toBe('ok');
}

async function unpackedNames(node: ClusterNode): Promise<string[]> {
  const rows = (await ctr(node, 'images', 'check')).split('\n').filter((row) => / true\s*$/.test(row));
  return rows.map((row) => row.split(/\s/)[0]!);
}

describe('the transport by layers', () => {
  beforeEach(() => Promise.all([forget(control, app, base), forget(worker, app, base)]));

  it('sends each node the layers that it lacks, and no others: one has the base, the other has not', async () => {
    await lab.open([worker]).loadImages([base]);
    const appeared = { control: [] as string[], worker: [] as string[] };
    const [report] = await (async () => {
      let reports: Awaited<ReturnType<ReturnType<typeof lab.open>['loadImages']>> = [];
      appeared.worker = await newBlobs(worker, async () => {
        appeared.control = await newBlobs(control, async () => {
          reports = await lab.open([control, worker]).loadImages([app]);
        });
      });
      return reports;
    })();
    expect(appeared.control).toEqual(expect.arrayContaining([baseLayer(), appLayer(), app.imageId]));
    expect(appeared.worker).toEqual(expect.arrayContaining([appLayer(), app.imageId]));
    expect(appeared.worker).not.toContain(baseLayer());
    expect(report).toMatchObject({ image: app.name, status: 'loaded' });
    const layerBytes = app.layers[0]!.bytes + 2 * app.layers[1]!.bytes;
    expect(report!.sentBytes).toBeGreaterThan(layerBytes);
    expect(report!.sentBytes).toBeLessThan(layerBytes + 2 * ENVELOPE_BYTES);
    for (const node of [control, worker]) expect(await unpackedNames(node)).toContain(referenceOf(app));
    expect(lab.lines).toEqual([]);
  });

  it('sends nothing where everything is there, by one command per node for all images', async () => {
    await lab.open([control, worker]).loadImages([base, app]);
    let commands = 0;
    const counted = [control, worker].map((node) =>
      interfere(node, (exec) => (args, options) => {
        commands++;
        return exec(args, options);
      }),
    );
    expect(await lab.open(counted).loadImages([base, app])).toEqual([
      { image: base.name, status: 'present', sentBytes: 0 },
      { image: app.name, status: 'present', sentBytes: 0 },
    ]);
    expect(commands).toBe(2);
  });

  it('keeps the image ID of an image in docker’s format, and pods start from it on every node', async () => {
    const dockerfile = `FROM ${TEST_IMAGE}\nCOPY file /file\nHEALTHCHECK CMD true\nCMD ["sleep", "60"]`;
    const image = await lab.build('docker-format', dockerfile, { random: { file: 1000 }, format: 'docker' });
    const appeared = await newBlobs(worker, () => lab.open([control, worker]).loadImages([image]));
    expect(appeared).toContain(image.imageId);
    // Its base was on the nodes before.
    expect(appeared).not.toContain(image.layers[0]!.diffId);
    for (const { name } of [control, worker]) {
      const spec = { nodeName: name, terminationGracePeriodSeconds: 0 };
      const overrides = JSON.stringify({ spec });
      test.kubectl([
        'run',
        name,
        `--image=${referenceOf(image)}`,
        '--image-pull-policy=Never',
        '--overrides',
        overrides,
      ]);
    }
    for (const { name } of [control, worker]) {
      test.kubectl(['wait', `pod/${name}`, '--for=condition=Ready', '--timeout=150s']);
      const shown = test.kubectl(['get', 'pod', name, '-o', 'jsonpath={.status.containerStatuses[0].imageID}']);
      expect(shown).toContain(image.imageId);
    }
    test.kubectl(['delete', 'pod', control.name, worker.name, '--now']);
  });

  it('sends everything once, with a warning, where the node lost a layer between the look and the import', async () => {
    await lab.open([worker]).loadImages([base]);
    let imports = 0;
    const losing = interfere(worker, (exec) => async (args, options) => {
      if (options?.inputFrom && imports++ === 0) await forget(worker, base);
      return exec(args, options);
    });
    const [report] = await lab.open([losing]).loadImages([app]);
    expect(imports).toBe(2);
    expect(report!.sentBytes).toBeGreaterThan(app.layers[0]!.bytes + 2 * app.layers[1]!.bytes);
    expect(lab.lines.join('\n')).toMatch(
      /^CLUSTER_TRANSPORT_FELL_BACK {2}.*-worker did not take its missing layers: .*not found/,
    );
    expect(await unpackedNames(worker)).toContain(referenceOf(app));
  });

  it('sends the base again where its layers are no longer in the content store, as of an image that the node pulled itself', async () => {
    await lab.open([worker]).loadImages([base]);
    await ctr(worker, 'content', 'rm', baseLayer());
    expect(await lab.open([worker]).loadImages([base])).toMatchObject([{ status: 'present', sentBytes: 0 }]);
    await lab.open([worker]).loadImages([app]);
    expect(await readBlobs(worker)).toContain(baseLayer());
    expect(await unpackedNames(worker)).toContain(referenceOf(app));
    expect(lab.lines).toEqual([]);
  });

  it('does not take a name for an image whose layers an import never unpacked', async () => {
    await lab.open([worker]).loadImages([app]);
    const archive = await worker.exec(['sh', '-c', `ctr -n k8s.io images export /tmp/app.tar ${referenceOf(app)}`]);
    expect(archive.status).toBe('ok');
    await forget(worker, app);
    await ctr(worker, 'images', 'import', '--no-unpack', '/tmp/app.tar');
    await ctr(worker, 'content', 'rm', appLayer());
    await worker.exec(['rm', '/tmp/app.tar']);
    expect(await unpackedNames(worker)).not.toContain(referenceOf(app));
    expect(await lab.open([worker]).loadImages([app])).toMatchObject([{ status: 'loaded' }]);
    expect(await unpackedNames(worker)).toContain(referenceOf(app));
  });

  it('sends everything once where the stream was cut at half, and leaves no active ingest', async () => {
    let imports = 0;
    const cutting = interfere(worker, (exec) => (args, options) => {
      const cut = options?.inputFrom && imports++ === 0;
      return exec(args, cut ? { ...options, inputFrom: firstBytes(options.inputFrom, 2 * MEBIBYTE) } : options);
    });
    await lab.open([cutting]).loadImages([app]);
    expect(lab.lines.join('\n')).toMatch(/^CLUSTER_TRANSPORT_FELL_BACK .*unexpected EOF/);
    expect(await readIngests(worker)).toEqual([]);
    expect(await unpackedNames(worker)).toContain(referenceOf(app));
  });

  it('gives up where it is cut again: no name and no active ingest is left', async () => {
    const cutting = interfere(
      worker,
      (exec) => (args, options) =>
        exec(
          args,
          options?.inputFrom ? { ...options, inputFrom: firstBytes(options.inputFrom, 2 * MEBIBYTE) } : options,
        ),
    );
    const error = await failureOf(lab.open([control, cutting]).loadImages([app]));
    expect(error.code).toBe('CLUSTER_NODE_LOAD_FAILED');
    expect(error.message).toContain(worker.name);
    expect(await ctr(worker, 'images', 'ls', '-q')).not.toContain(referenceOf(app));
    expect(await readIngests(worker)).toEqual([]);
    // The other node is served all the same.
    expect(await unpackedNames(control)).toContain(referenceOf(app));
  });

  it('leaves no name and no active ingest where it is cancelled in the middle', async () => {
    const abort = new AbortController();
    const stalling = interfere(worker, (exec) => (args, options) => {
      if (!options?.inputFrom) return exec(args, options);
      return exec(args, { ...options, inputFrom: stallAfter(options.inputFrom, 2 * MEBIBYTE), signal: abort.signal });
    });
    const tools = { ...lab.tools, signal: abort.signal };
    const loading = lab.open([stalling], { tools }).loadImages([app]);
    const failed = expect(loading).rejects.toThrow('enough');
    await until('the node takes a layer', async () => (await readIngests(worker)).length > 0);
    abort.abort(new Error('enough'));
    await failed;
    await until('the node has cleaned up', async () => (await readIngests(worker)).length === 0);
    expect(await ctr(worker, 'images', 'ls', '-q')).not.toContain(referenceOf(app));
  });

  it('reads all and sends what is missing where there is no skopeo', async () => {
    await lab.open([worker]).loadImages([base]);
    const { runner } = lab.tools;
    const tools = {
      ...lab.tools,
      runner: {
        run: ((command, ...rest) =>
          runner.run(command === 'skopeo' ? 'no-skopeo' : command, ...rest)) as typeof runner.run,
      },
    };
    const appeared = await newBlobs(worker, () => lab.open([worker], { tools }).loadImages([app]));
    expect(appeared).toEqual(expect.arrayContaining([appLayer(), app.imageId]));
    expect(appeared).not.toContain(baseLayer());
    expect(lab.lines.join('\n')).toMatch(/^CLUSTER_LAYERS_READ_WHOLE .*it is not installed/);
  });

  it('sends what two deploys share once when they load side by side', async () => {
    const other = await lab.build('other', `FROM ${referenceOf(base)}\nCOPY other /`, { random: { other: 1000 } });
    const reports = await Promise.all([app, other].map((image) => lab.open([worker]).loadImages([image])));
    const sent = reports.flat().reduce((sum, { sentBytes }) => sum + sentBytes, 0);
    expect(sent).toBeLessThan(app.layers[0]!.bytes + 2 * MEBIBYTE);
    expect(await unpackedNames(worker)).toEqual(expect.arrayContaining([app, other].map(referenceOf)));
  });

  it('says so where the disk of a node is full, does not send more, and frees what it took', async () => {
    const full = await openFullNode(worker, 2);
    try {
      const error = await failureOf(lab.open([full.node]).loadImages([app]));
      expect(error.code).toBe('CLUSTER_NODE_DISK_FULL');
      expect(await readIngests(full.node)).toEqual([]);
      expect(await readBlobs(full.node)).toEqual(new Set());
      expect(lab.lines).toEqual([]);
    } finally {
      await full.close();
    }
  });

  it('names an image that the engine has not, and a node that does not answer', async () => {
    const unknown = { ...app, name: `${app.name}-unknown` };
    expect((await failureOf(lab.open([worker]).loadImages([unknown]))).code).toBe('CLUSTER_SOURCE_IMAGE_MISSING');
    const gone = interfere(
      { ...worker, name: 'sliptest-no-such-node' },
      () => (args) => lab.tools.runner.run('podman', ['exec', 'sliptest-no-such-node', ...args]),
    );
    const error = await failureOf(lab.open([worker, gone]).loadImages([app]));
    expect(error).toMatchObject({
      code: 'CLUSTER_NODE_UNREACHABLE',
      problem: { toolOutput: expect.stringContaining('no such container') },
    });
  });
});

describe('the transport by archives', () => {
  it('sends everything to all nodes, also what is there', async () => {
    await Promise.all([forget(control, app, base), forget(worker, app, base)]);
    const transport = lab.open([control, worker], { kind: 'archive' });
    for (const round of [1, 2]) {
      const reports = await transport.loadImages([app, base]);
      expect(reports.map(({ status }) => status)).toEqual(['loaded', 'loaded']);
      const wholeBytes = 2 * app.layers.reduce((sum, { bytes }) => sum + bytes, 0);
      expect(reports[0]!.sentBytes).toBeGreaterThan(wholeBytes);
      for (const node of [control, worker]) {
        expect([round, await unpackedNames(node)]).toEqual([
          round,
          expect.arrayContaining([app, base].map(referenceOf)),
        ]);
      }
    }
  });
});

/** The first bytes of a stream, and then its end. */
function firstBytes(stream: Readable, count: number): Readable {
  return Readable.from(
    (async function* () {
      let left = count;
      for await (const chunk of stream) {
        yield (chunk as Buffer).subarray(0, left);
        left -= (chunk as Buffer).length;
        if (left <= 0) return;
      }
    })(),
    { objectMode: false },
  );
}

/** The first bytes of a stream, and then nothing more, not even its end. */
function stallAfter(stream: Readable, count: number): Readable {
  const stalled = new PassThrough();
  let left = count;
  stream.on('data', (chunk: Buffer) => {
    if (left > 0) stalled.write(chunk.subarray(0, left));
    left -= chunk.length;
    if (left <= 0) stream.destroy();
  });
  return stalled;
}

/** A second containerd in a node, whose disk has so many MB. */
async function openFullNode(
  node: ClusterNode,
  sizeMb: number,
): Promise<{ node: ClusterNode; close: () => Promise<unknown> }> {
  const folder = `/run/sliptest-full-${process.pid}`;
  const start = `
mkdir -p ${folder}/disk && mount -t tmpfs -o size=${sizeMb}m tmpfs ${folder}/disk
printf 'version = 2\\ndisabled_plugins = ["io.containerd.grpc.v1.cri"]\\nroot = "${folder}/disk"\\nstate = "${folder}/state"\\n[grpc]\\n  address = "${folder}/sock"\\n' >${folder}/config.toml
containerd --config ${folder}/config.toml >${folder}/log 2>&1 </dev/null & echo $! >${folder}/pid`;
  await node.exec(['sh', '-c', start]);
  const full: ClusterNode = {
    name: `${node.name}-full`,
    exec: (args, options) => node.exec(['env', `CONTAINERD_ADDRESS=${folder}/sock`, ...args], options),
  };
  await until('the second containerd answers', async () => (await full.exec(['ctr', 'version'])).status === 'ok');
  const stop = `kill $(cat ${folder}/pid); while kill -0 $(cat ${folder}/pid) 2>/dev/null; do sleep 0.1; done; umount ${folder}/disk; rm -rf ${folder}`;
  return { node: full, close: () => node.exec(['sh', '-c', stop]) };
}
