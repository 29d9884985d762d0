/** Integration tests: our argv and parsers against the real tools. Run with NODE_OPTIONS=--experimental-vm-modules (execa is ESM). */
module.exports = {
  displayName: 'integration',
  rootDir: __dirname,
  testMatch: ['<rootDir>/integration/**/*.int.spec.ts'],
  testEnvironment: 'node',
  testTimeout: 180_000,
  maxWorkers: 1, // The suites share one podman, and some of them watch the time.
  // Dynamic imports name the file that will be there: TypeScript's rule for module node20.
  moduleNameMapper: { '^(\\.{1,2}/.*)\\.js$': '$1' },
  transform: { '^.+\\.ts$': ['ts-jest', { tsconfig: '<rootDir>/tsconfig.json', diagnostics: false }] },
};
