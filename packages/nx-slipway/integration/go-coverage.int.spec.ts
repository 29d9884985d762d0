import { chmodSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createProcessRunner } from '../src/exec/execa-runner';
import { isSlipwayError } from '../src/errors/slipway-error';
import type { Tools } from '../src/exec/tools';
import { gatherCoverage } from '../src/executors/e2e/coverage/gather-coverage';
import {
  buildCoveredProgram,
  coveredObjects,
  coveredRecord,
  COVERED_LINES,
  type CoveredWorkload,
} from './covered-program';
import { describeWithPodman, openTestCluster, podman, TEST_IMAGE } from './podman-test-cluster';

const IMAGE_ID = `sha256:${'c'.repeat(64)}`;

describeWithPodman('Go coverage on the podman cluster', () => {
  const test = openTestCluster('coverage');
  const folder = mkdtempSync(join(tmpdir(), 'sliptest-coverage-'));
  const output = join(folder, 'output');
  const lines: string[] = [];
  const tools: Tools = {
    runner: createProcessRunner(),
    clock: { now: () => Date.now(), sleep: () => Promise.resolve() },
    env: process.env,
    log: { line: (text) => void lines.push(text) },
    signal: new AbortController().signal,
  };
  const workload = (command: readonly string[] = ['/program/program']): CoveredWorkload => ({
    kind: 'Deployment',
    image: TEST_IMAGE,
    imageId: IMAGE_ID,
    folder,
    command,
    gracePeriodSeconds: 3,
  });
  const gather = (more: Partial<Tools> = {}): Promise<void> =>
    gatherCoverage(
      { target: 'covered:e2e', deploys: [coveredRecord('podman', workload())], cluster: test.cluster, folder: output },
      { ...tools, ...more },
    );

  async function deploy(command?: readonly string[]): Promise<void> {
    await test.deploy('covered', '', { objects: await coveredObjects(workload(command), test.cluster.coverage!) });
  }

  beforeAll(async () => {
    chmodSync(folder, 0o755);
    buildCoveredProgram(folder);
    await test.cluster.up();
  }, 300_000);
  afterAll(async () => {
    await test.close();
    rmSync(folder, { recursive: true, force: true });
  });
  beforeEach(() => void lines.splice(0));

  it('is refused where no deploy was made for it', async () => {
    await expect(gather()).rejects.toMatchObject({ code: 'E2E_COVERAGE_NOT_DEPLOYED' });
  });

  it('is what programs write when they are stopped: a profile and a percentage for each package', async () => {
    await deploy();
    await gather();
    expect(lines.slice(-COVERED_LINES.length)).toEqual(COVERED_LINES);
    expect(readFileSync(join(output, 'profile.txt'), 'utf8')).toMatch(/^mode: set\nexample\.com\/covered\//);
    expect(podman('inspect', '--format', '{{.State.Status}}', test.podmanName('covered-0', 'app')).trim()).toBe(
      'running',
    );
  });

  it('is counted anew the next time; an image whose program was killed is named', async () => {
    podman('kill', '--signal', 'KILL', test.podmanName('covered-0', 'app'));
    await expect(gather()).rejects.toMatchObject({ code: 'E2E_COVERAGE_EMPTY' });
    expect(lines.join('\n')).toMatch(/E2E_COVERAGE_NOT_COUNTED {2}The image covered .*has not ended in order since/s);
  });

  it('stays where it was gathered when there is no Go to read it', async () => {
    await deploy(); // waits until it is ready again
    const failure = await gather({ env: { ...process.env, PATH: folder } }).catch((error: unknown) => error);
    expect(isSlipwayError(failure) && failure.problem).toMatchObject({ code: 'E2E_COVERAGE_GO_NOT_FOUND' });
  });

  it('is missing, and said to be, where a program was built without', async () => {
    rmSync(await test.cluster.coverage!.pathOf('covered'), { recursive: true });
    buildCoveredProgram(folder, []);
    await deploy(['/program/program', 'plain']);
    await expect(gather()).rejects.toMatchObject({ code: 'E2E_COVERAGE_EMPTY' });
    expect(lines.join('\n')).toContain('no program that was built with -cover has run in it');
  });
});
