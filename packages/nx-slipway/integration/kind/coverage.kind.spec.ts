import { createReadStream, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Cluster, DeployRequest } from '../../src/clusters/cluster';
import { coverageFolderOf, isCounterFile } from '../../src/clusters/coverage-folders';
import { openCoverageFolders } from '../../src/clusters/kubernetes/coverage/open-coverage-folders';
import { deployToKubernetes } from '../../src/clusters/kubernetes/deploy-to-kubernetes';
import { gatherCoverage } from '../../src/executors/e2e/coverage/gather-coverage';
import {
  buildCoveredProgram,
  coveredObjects,
  coveredRecord,
  COVERED_LINES,
  type CoveredWorkload,
} from '../covered-program';
import { openTestNamespace, TEST_IMAGE, type TestNamespace } from './kind-test-cluster';

const IMAGE_ID = `sha256:${'d'.repeat(64)}`;

let test: TestNamespace;
let output: string;
/** In the nodes, where each is a pod of the DaemonSet. */
let programs: string;

const workload = (): CoveredWorkload => ({
  kind: 'DaemonSet',
  image: TEST_IMAGE,
  imageId: IMAGE_ID,
  folder: programs,
  command: ['/program/program'],
  gracePeriodSeconds: 10,
});

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
    const objects = await coveredObjects(workload(), coverage);
    expect(await coverage.list('covered')).toEqual([name]);
    const request: DeployRequest = {
      owner: 'covered',
      objects,
      images: new Map(),
      timeoutMs: 120_000,
    };
    await deployToKubernetes(request, { isShared: false }, edge);
    const pods = (): string[] => test.kubectl(['get', 'pods', '--output=name']).split('\n').filter(Boolean);
    const before = pods();
    expect(before).toHaveLength(test.listNodes().length);

    const applied = coveredRecord('kind', workload());
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
