// Adds up the closing line of `npm test` and jest's reports of the example system's tests, for .ci/run. A report that is missing is a failure.
//   node tools/sum-tests.mjs LOG_OF_NPM_TEST JEST_REPORT…
import { readFileSync } from 'node:fs';

const [log, ...reports] = process.argv.slice(2);
const closingLine = /^(\d+) passed, (\d+) failed, (\d+) skipped$/gm;
const ofTests = [...read(log).matchAll(closingLine)].at(-1)?.slice(1).map(Number) ?? [0, 1, 0];
const counts = [ofTests, ...reports.map((report) => ofReport(read(report)))];
const sums = ofTests.map((_, index) => counts.reduce((sum, count) => sum + count[index], 0));
console.log(`${sums[0]} passed, ${sums[1]} failed, ${sums[2]} skipped`);
process.exit(sums[1] === 0 ? 0 : 1);

function ofReport(text) {
  if (text === '') return [0, 1, 0];
  const { numPassedTests, numFailedTests, numPendingTests } = JSON.parse(text);
  return [numPassedTests, numFailedTests, numPendingTests];
}

function read(path) {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
