// `npm run check`: format, lint, types, unit tests, generated documents. Runs all of them, then says which failed.
import { spawnSync } from 'node:child_process';

const steps = [
  ['format', 'prettier', ['--check', '--log-level', 'warn', '.']],
  ['lint', 'eslint', ['--max-warnings', '0', '.']],
  ['types', 'tsc', ['-p', 'packages/nx-slipway/tsconfig.json', '--noEmit']],
  ['types of the end-to-end tests', 'tsc', ['-p', 'packages/nx-slipway-e2e/tsconfig.json', '--noEmit']],
  ['unit tests', 'jest', ['-c', 'packages/nx-slipway/jest.config.cjs', '--silent']],
  ['generated documents', 'node', ['tools/generate-reference.mjs', '--check']],
];

const failed = [];
for (const [title, command, args] of steps) {
  const startedAt = performance.now();
  const { status } = spawnSync(command, args, { stdio: 'inherit' });
  const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
  console.log(`${status === 0 ? 'ok    ' : 'FAILED'}  ${title} (${seconds} s)`);
  if (status !== 0) failed.push(title);
}
if (failed.length > 0) {
  console.error(`check failed: ${failed.join(', ')}`);
  process.exit(1);
}
