/** What has "kubernetes" in its name tests the controller, for which there must be Kubernetes' API. */
const KUBERNETES_ONLY = '\\.kubernetes\\.e2e\\.spec\\.js$';

/** @type {import('jest').Config} */
module.exports = {
  displayName: 'aianalysis e2e',
  testMatch: ['<rootDir>/e2e/**/*.e2e.spec.js'],
  testPathIgnorePatterns: process.env.NX_SLIPWAY_CLUSTER_PROVIDER === 'podman' ? [KUBERNETES_ONLY] : [],
  transform: {},
  // The tests stop services which all of them use.
  maxWorkers: 1,
  testTimeout: 240_000,
};
