import { createReadStream, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { AppliedRecord } from '../../src/artifact/applied-record';
import type { Cluster, DeployRequest } from '../../src/clusters/cluster';
import { coverageFolderOf, isCounterFile } from '../../src/clusters/coverage-folders';
import { openCoverageFolders } from '../../src/clusters/kubernetes/coverage/open-coverage-folders';
import { deployToKubernetes } from '../../src/clusters/kubernetes/deploy-to-kubernetes';
import { parseObjects } from '../../src/clusters/podman/testing/parse-objects';
import { addGoCoverage } from '../../src/deploy/add-go-coverage';
import { gatherCoverage } from '../../src/executors/e2e/coverage/gather-coverage';
import { buildCoveredProgram, COVERED_LINES } from '../covered-program';
import { openTestNamespace, TEST_IMAGE, type TestNamespace } from './kind-test-cluster';

const IMAGE_ID = `sha256:${'d'.repeat(64)}`;

let test: TestNamespace;
let output: string;
/** In the nodes, where each is a pod of the DaemonSet. */
let programs: string;

/** The program is in a folder of the nodes: what it is about is not how it came into the image. */
const manifest = (): string => `
apiVersion: apps/v1
kind: DaemonSet
metadata: { name: covered }
spec:
  selector: { matchLabels: { app: covered } }
  template:
    metadata: { labels: { app: covered } }
    spec:
      terminationGracePeriodSeconds: 10
      tolerations: [{ operator: Exists }]
      securityContext: { runAsUser: 65532, runAsGroup: 65532 }
      containers:
        - name: app
          image: ${TEST_IMAGE}
          imagePullPolicy: IfNotPresent
          command: [/program/program]
          readinessProbe: { tcpSocket: { port: 8080 }, periodSeconds: 1 }
          volumeMounts: [{ name: program, mountPath: /program, readOnly: true }]
      volumes: [{ name: program, hostPath: { path: ${programs}, type: Directory } }]
`;

beforeAll(async () => {
  test = openTestNamespace('coverage');
  output = mkdtempSync(join(tmpdir(), 'sliptest-coverage-'));
  programs = `/var/lib/${test.namespace}`;
  const program = buildCoveredProgram(output);
  const script = 'mkdir -p "$0" && cat >"$0/program" && chmod 755 "$0/program"';
  for (const node of test.listNodes()) {
    await node.exec(['sh', '-c', script, programs], { inputFrom: createReadStream(program) });
  }
}, 300_000);
afterAll(async () => {
  test.close();
  for (const node of test.listNodes()) {
    await node.exec(['rm', '-rf', programs, `/var/lib/nx-slipway/coverage/${test.namespace}`]);
  }
  rmSync(output, { recursive: true, force: true });
});

function countersOf(folder: string): string[] {
  return readdirSync(folder).filter(isCounterFile);
}

describe('Go coverage on real Kubernetes', () => {
  it('is what the pods of every node write when they are deleted, and others come in their place', async () => {
    const edge = test.edge();
    const coverage = openCoverageFolders({
      open: () => Promise.resolve(edge),
      listNodes: () => Promise.resolve(test.listNodes()),
    });
    const name = coverageFolderOf(IMAGE_ID);
    await coverage.prepare('covered', [name]);
    expect(await coverage.list('covered')).toEqual([name]);
    const place = { nodePath: await coverage.pathOf('covered'), folders: new Map([[TEST_IMAGE, name]]) };
    const request: DeployRequest = {
      owner: 'covered',
      objects: addGoCoverage(parseObjects(manifest()), place),
      images: new Map(),
      timeoutMs: 120_000,
    };
    await deployToKubernetes(request, { isShared: false }, edge);
    const pods = (): string[] => test.kubectl(['get', 'pods', '--output=name']).split('\n').filter(Boolean);
    const before = pods();
    expect(before).toHaveLength(test.listNodes().length);

    const applied: AppliedRecord = {
      schemaVersion: 1,
      project: 'covered',
      cluster: { provider: 'kind', version: '' },
      manifestsDigest: IMAGE_ID,
      images: [{ name: 'covered', imageId: IMAGE_ID, tag: TEST_IMAGE, origin: 'image.json' }],
      endpoints: [],
    };
    const cluster = { provider: 'kind', name: test.cluster.name, coverage } as Partial<Cluster> as Cluster;
    const folder = join(output, 'coverage');
    await gatherCoverage({ target: 'covered:e2e', deploys: [applied], cluster, folder }, edge.tools);
    expect(test.lines.slice(-COVERED_LINES.length)).toEqual(COVERED_LINES);
    expect(pods().filter((pod) => before.includes(pod))).toEqual([]);
    // Counters are taken once.
    const again = join(output, 'again');
    await coverage.take('covered', name, again);
    expect(countersOf(again)).toEqual([]);
    expect(countersOf(join(folder, 'counters', name))).toHaveLength(before.length);
  }, 180_000);
});
