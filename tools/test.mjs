// `npm test`: unit, integration and end-to-end suites, one after the other. Prints the sum over all of them, last, as
// `N passed, N failed, N skipped`; a suite that could not run counts as failed.
import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';

const REPORTS = join('dist', 'test-reports');
const suites = [
  { name: 'unit', config: 'packages/nx-slipway/jest.config.cjs' },
  { name: 'integration', config: 'packages/nx-slipway/jest.integration.config.cjs' },
  { name: 'end-to-end', config: 'packages/nx-slipway-e2e/jest.config.cjs' },
];

mkdirSync(REPORTS, { recursive: true });
const total = { passed: 0, failed: 0, skipped: 0 };
for (const suite of suites) {
  const counts = runSuite(suite);
  for (const key of Object.keys(total)) total[key] += counts[key];
  console.log(`${suite.name}: ${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped`);
}
console.log(`${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped`);
process.exit(total.failed === 0 ? 0 : 1);

function runSuite({ name, config }) {
  const report = join(REPORTS, `${name}.json`);
  rmSync(report, { force: true });
  const { status } = spawnSync('jest', ['-c', config, '--json', '--outputFile', report], {
    stdio: ['ignore', 'ignore', 'inherit'],
    env: { ...process.env, REQUIRE_REAL_TOOLS: '1', NODE_OPTIONS: '--experimental-vm-modules --no-warnings' },
  });
  const result = readReport(report);
  if (!result) return { passed: 0, failed: 1, skipped: 0 };
  const failed = result.numFailedTests + result.numRuntimeErrorTestSuites;
  return {
    passed: result.numPassedTests,
    failed: failed === 0 && status !== 0 ? 1 : failed,
    skipped: result.numPendingTests + result.numTodoTests,
  };
}

function readReport(path) {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch {
    return undefined;
  }
}
