/** @type {import('jest').Config} */
module.exports = {
  displayName: 'aianalysis e2e',
  testMatch: ['<rootDir>/e2e/**/*.e2e.spec.js'],
  transform: {},
  // The tests stop services which all of them use.
  maxWorkers: 1,
  testTimeout: 90_000,
};
