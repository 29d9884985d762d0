// `npm test`: unit, integration and end-to-end suites, and the example system's own unit tests, one after the other. Prints
// the sum over all of them, last, as `N passed, N failed, N skipped`. A suite that could not run counts as failed: what the
// plugin's tests need was installed by set-up. Go and Python it does not install; where they are missing, the example's tests
// count as skipped, or, where CI or REQUIRE_REAL_TOOLS is set, as failed. The suite on real Kubernetes runs where a node image is
// there; where NX_SLIPWAY_REQUIRE_KIND is set (as .ci/run does), it counts as failed when it cannot run.
//   tools/run.sh node tools/test.mjs [SUITE…]
import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';

const REPORTS = join('dist', 'test-reports');
const NOTHING = { passed: 0, failed: 0, skipped: 0 };
const suites = {
  unit: () => runJest('unit', 'packages/nx-slipway/jest.config.cjs'),
  integration: () => runJest('integration', 'packages/nx-slipway/jest.integration.config.cjs'),
  kind: runKind,
  'end-to-end': () => runJest('end-to-end', 'packages/nx-slipway-e2e/jest.config.cjs'),
  'examples in Go': () => runTool('go', ['test', '-json', './...'], 'examples', countGoTests),
  'examples in Python': () => runTool('python3', ['-m', 'unittest'], 'examples/holmesgpt-api', countPythonTests),
};

mkdirSync(REPORTS, { recursive: true });
const chosen = process.argv.length > 2 ? process.argv.slice(2) : Object.keys(suites);
const total = { ...NOTHING };
for (const name of chosen) {
  const startedAt = performance.now();
  const counts = { ...NOTHING, ...suites[name]() };
  for (const key of Object.keys(total)) total[key] += counts[key];
  const seconds = ((performance.now() - startedAt) / 1000).toFixed(0);
  console.log(`== ${name}: ${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped (${seconds} s)`);
}
console.log(`${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped`);
process.exit(total.failed === 0 ? 0 : 1);

function runJest(name, config) {
  const report = join(REPORTS, `${name}.json`);
  rmSync(report, { force: true });
  const { status } = spawnSync('jest', ['-c', config, '--json', '--outputFile', report], {
    stdio: ['ignore', 'ignore', 'inherit'],
    env: { ...process.env, REQUIRE_REAL_TOOLS: '1', NODE_OPTIONS: '--experimental-vm-modules --no-warnings' },
  });
  const result = readReport(report);
  if (!result) return { failed: 1 };
  const failed = result.numFailedTests + result.numRuntimeErrorTestSuites;
  return {
    passed: result.numPassedTests,
    failed: failed === 0 && status !== 0 ? 1 : failed,
    skipped: result.numPendingTests + result.numTodoTests,
  };
}

function runKind() {
  const missing = findMissingForKind();
  if (missing === undefined) return runJest('kind', 'packages/nx-slipway/jest.kind.config.cjs');
  console.log(`The suite kind did not run, since ${missing}. Make what it needs: tools/setup.sh kind`);
  return process.env.NX_SLIPWAY_REQUIRE_KIND ? { failed: 1 } : { skipped: 1 };
}

function findMissingForKind() {
  const nodeImage = /^NODE_IMAGE=(.+)$/m.exec(readFileSync('tools/kind-node/versions.sh', 'utf8'))[1];
  const fails = (command, ...args) => spawnSync(command, args, { stdio: 'ignore' }).status !== 0;
  if (fails('podman', 'image', 'exists', nodeImage)) return `podman has no ${nodeImage}`;
  if (fails('kind', 'version')) return 'kind is not installed';
  if (fails('kubectl', 'version', '--client')) return 'kubectl is not installed';
  if (fails('helm', 'version')) return 'helm is not installed';
  return undefined;
}

function runTool(command, args, cwd, count) {
  const { error, status, stdout, stderr } = spawnSync(command, args, { cwd, encoding: 'utf8' });
  if (error?.code === 'ENOENT') {
    console.log(`${command} is not installed, so its tests did not run.`);
    return process.env.CI || process.env.REQUIRE_REAL_TOOLS ? { failed: 1 } : { skipped: 1 };
  }
  const counts = count(`${stdout}${stderr}`);
  if (status === 0) return counts;
  console.log(`${stdout}${stderr}`);
  return { ...counts, failed: Math.max(1, counts.failed ?? 0) };
}

function countGoTests(output) {
  const results = output
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .map((line) => JSON.parse(line))
    .filter(({ Test }) => Test !== undefined);
  const countOf = (action) => results.filter(({ Action }) => Action === action).length;
  return { passed: countOf('pass'), failed: countOf('fail'), skipped: countOf('skip') };
}

function countPythonTests(output) {
  const ran = Number(/^Ran (\d+) tests?/m.exec(output)?.[1] ?? 0);
  const countOf = (word) => Number(new RegExp(`${word}=(\\d+)`).exec(output)?.[1] ?? 0);
  const failed = countOf('failures') + countOf('errors');
  return { passed: ran - failed - countOf('skipped'), failed, skipped: countOf('skipped') };
}

function readReport(path) {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch {
    return undefined;
  }
}
