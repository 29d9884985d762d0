import { emptyState, type ClusterState } from './cluster-state';
import { adoptObjects } from './adopt-objects';
import { planDeploy } from './plan-deploy';
import { parseObjects } from './testing/parse-objects';
import { readManifests } from './testing/read-manifests';

const web = (podSpec = '', extra = ''): string => `
apiVersion: apps/v1
kind: Deployment
metadata: { name: web }
spec:
  selector: { matchLabels: { app: web } }
  template:
    metadata: { labels: { app: web } }
    spec:
      ${podSpec}
      containers: [{ name: app, image: 'localhost/web:i-1', ports: [{ containerPort: 8080 }], ${extra} }]
`;
const settings = (color: string): string => `
apiVersion: v1
kind: ConfigMap
metadata: { name: settings }
data: { color: ${color} }
`;
const service = (spec: string): string => `
apiVersion: v1
kind: Service
metadata: { name: web }
spec: { selector: { app: web }, ${spec} }
`;

const imageRecord = (id: string) => ({
  schemaVersion: 1 as const,
  name: 'web',
  imageId: `sha256:${id}`,
  platform: 'linux/amd64',
  layers: [],
});

const plan = (yaml: string, { state = emptyState('10.89.0.0/24'), owner = 'web', imageId = 'aa' } = {}) =>
  planDeploy({
    cluster: 'c1',
    request: { owner, objects: parseObjects(yaml), images: new Map([['localhost/web:i-1', imageRecord(imageId)]]) },
    own: readManifests(yaml),
    state,
    addressesInUse: new Map(),
    portHolders: new Map(),
  });
const hashOf = (...args: Parameters<typeof plan>): string | undefined => plan(...args).pods[0]?.hash;

describe('planDeploy', () => {
  it('gives the same hash for the same pod, whatever its file is called', () => {
    expect(hashOf(web())).toBe(hashOf(web()));
    expect(hashOf(web())).toBe(hashOf(`${settings('blue')}---${web()}`));
  });

  it.each([
    ['the image ID', () => hashOf(web(), { imageId: 'bb' }), () => hashOf(web())],
    ['the command', () => hashOf(web('', 'args: [serve]')), () => hashOf(web())],
    [
      'a ConfigMap in the environment',
      () => hashOf(`${settings('blue')}---${web('', 'envFrom: [{ configMapRef: { name: settings } }]')}`),
      () => hashOf(`${settings('red')}---${web('', 'envFrom: [{ configMapRef: { name: settings } }]')}`),
    ],
    [
      'a ConfigMap as files',
      () => hashOf(`${settings('blue')}---${web('volumes: [{ name: s, configMap: { name: settings } }]')}`),
      () => hashOf(`${settings('red')}---${web('volumes: [{ name: s, configMap: { name: settings } }]')}`),
    ],
    [
      'a NodePort that is added later',
      () => hashOf(`${web()}---${service('type: NodePort, ports: [{ port: 80, targetPort: 8080 }]')}`),
      () => hashOf(`${web()}---${service('ports: [{ port: 80, targetPort: 8080 }]')}`),
    ],
  ])('gives another hash for a change of %s', (_change, one, other) => {
    expect(one()).not.toBe(other());
  });

  it('finds ConfigMaps of other deploys, and names one that is missing', () => {
    const needsSettings = web('', 'envFrom: [{ configMapRef: { name: settings } }]');
    const { state } = plan(settings('blue'), { owner: 'config' });
    expect(plan(needsSettings, { state }).pods[0]?.containers[0]?.environment).toEqual([['color', 'blue']]);
    expect(() => plan(needsSettings)).toThrow(
      'the pod "web-0" needs ConfigMap default/settings, which no deploy of this cluster has',
    );
    expect(() => plan(needsSettings.replace('name: settings', 'name: settings, optional: true'))).not.toThrow();
  });

  it('lets pods keep their addresses from deploy to deploy', () => {
    const other: ClusterState = plan(web().replaceAll('web', 'other'), { owner: 'other' }).state;
    const first = plan(web(), { state: other });
    expect(first.pods[0]?.address).toBe('10.89.0.11');
    expect(plan(web('', 'args: [x]'), { state: first.state }).pods[0]?.address).toBe('10.89.0.11');
  });

  it('tells which pods of other deploys get other redirects by a Service', () => {
    const { state } = plan(web());
    const later = plan(service('ports: [{ port: 80, targetPort: 8080 }]'), { owner: 'services', state });
    expect([...later.changedRedirects]).toEqual(['default/web-0']);
    expect(later.redirects.get('default/web-0')).toEqual([{ protocol: 'TCP', port: 80, targetPort: 8080 }]);
    expect([...plan(service('ports: [{ port: 8080 }]'), { owner: 'services', state }).changedRedirects]).toEqual([]);
  });

  it('takes over what it names of a project that is no more, and of no other', () => {
    const { state } = plan(`${settings('blue')}---${web()}`);
    const renamed = { owner: 'site', objects: parseObjects(web()) };
    const adopted = adoptObjects(state, { ...renamed, knownOwners: ['site'] });
    expect(adopted.owners['site']).toHaveLength(1);
    expect(adopted.owners['web']?.map(({ object }) => object.kind)).toEqual(['ConfigMap']);
    expect(plan(web(), { owner: 'site', state: adopted }).pods[0]?.address).toBe('10.89.0.10');
    expect(adoptObjects(state, { ...renamed, knownOwners: ['site', 'web'] })).toBe(state);
    expect(adoptObjects(state, renamed)).toBe(state);
  });

  it('refuses an object of another project, and a NodePort that leads to no pod of its own deploy', () => {
    const { state } = plan(web());
    expect(() => plan(web(), { owner: 'second', state })).toThrow(
      'Deployment default/web is deployed by the project web already',
    );
    expect(() => plan(service('type: NodePort, ports: [{ port: 80 }]'), { owner: 'second', state })).toThrow(
      'the NodePort Service "web" selects no pod of its own deploy',
    );
  });
});
