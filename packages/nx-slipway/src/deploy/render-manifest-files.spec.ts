import { renderManifestFiles } from './render-manifest-files';

it('renders objects to files that do not collide', () => {
  const object = (apiVersion: string, kind: string, name: string, namespace?: string) => ({
    object: { apiVersion, kind, metadata: { name, ...(namespace === undefined ? {} : { namespace }) } },
    source: 'a.yaml#1',
  });
  const files = renderManifestFiles([
    object('v1', 'Service', 'web'),
    object('apps/v1', 'Deployment', 'web', 'shop'),
    object('rbac.authorization.k8s.io/v1', 'ClusterRole', 'system:web'),
  ]);
  expect(files.map(([path]) => path)).toEqual([
    'service-web.yaml',
    'shop/deployment.apps-web.yaml',
    'clusterrole.rbac.authorization.k8s.io-system%3Aweb.yaml',
  ]);
  expect(files[1]?.[1]).toBe('apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: web\n  namespace: shop\n');
});
