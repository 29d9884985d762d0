/** The suite on real Kubernetes: one cluster for all of its files. Run with NODE_OPTIONS=--experimental-vm-modules (execa is ESM). */
module.exports = {
  displayName: 'kind',
  rootDir: __dirname,
  testMatch: ['<rootDir>/integration/kind/**/*.kind.spec.ts'],
  testEnvironment: 'node',
  testTimeout: 180_000,
  maxWorkers: 1, // The suites share one cluster, and some of them watch the time.
  globalSetup: '<rootDir>/integration/kind/create-shared-cluster.ts',
  globalTeardown: '<rootDir>/integration/kind/delete-shared-cluster.ts',
  // Dynamic imports name the file that will be there: TypeScript's rule for module node20.
  moduleNameMapper: { '^(\\.{1,2}/.*)\\.js$': '$1' },
  transform: { '^.+\\.ts$': ['ts-jest', { tsconfig: '<rootDir>/tsconfig.json', diagnostics: false }] },
};
