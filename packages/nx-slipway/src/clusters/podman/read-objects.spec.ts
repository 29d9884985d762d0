import { ignoredFields } from './ignored-fields';
import { listIgnoredFields } from './list-ignored-fields';
import { readObjects } from './read-objects';
import { parseObjects } from './testing/parse-objects';

const deployment = (podSpec: string, spec = ''): string => `
apiVersion: apps/v1
kind: Deployment
metadata: { name: web }
spec: { ${spec} selector: { matchLabels: { app: web } }, template: { metadata: { labels: { app: web } }, spec: { ${podSpec} } } }
`;

const read = (yaml: string) => readObjects(parseObjects(yaml));

describe('readObjects', () => {
  it.each([
    ['DaemonSet', 'apps/v1'],
    ['Ingress', 'networking.k8s.io/v1'],
    ['CronJob', 'batch/v1'],
    ['Deployment', 'extensions/v1beta1'],
  ])('refuses a %s of %s', (kind, apiVersion) => {
    const yaml = `{ apiVersion: ${apiVersion}, kind: ${kind}, metadata: { name: web } }`;
    expect(() => read(yaml)).toThrow(
      `test.yaml#1: the podman cluster does not support the ${kind} "web" (${apiVersion})`,
    );
  });

  it.each([
    ['hostNetwork: true, containers: [{ name: a, image: i }]', 'spec.template.spec.hostNetwork'],
    ['containers: [{ name: a, image: i, stdin: true }]', 'spec.template.spec.containers[0].stdin'],
    [
      'containers: [{ name: a, image: i, imagePullPolicy: Always }]',
      'spec.template.spec.containers[0].imagePullPolicy',
    ],
    [
      'containers: [{ name: a, image: i }], volumes: [{ name: v, nfs: { server: a, path: / } }]',
      'spec.template.spec.volumes[0].nfs',
    ],
    [
      'containers: [{ name: a, image: i, readinessProbe: { grpc: { port: 1 } } }]',
      'spec.template.spec.containers[0].readinessProbe.grpc',
    ],
  ])('refuses %s with its path', (podSpec, path) => {
    expect(() => read(deployment(podSpec))).toThrow(`test.yaml#1: Deployment "web" sets ${path}`);
  });

  it('tells a wrong type from an unsupported field', () => {
    expect(() => read(deployment('containers: [{ name: a, image: i, env: [{ name: PORT, value: 80 }] }]'))).toThrow(
      'Deployment "web" is not valid at spec.template.spec.containers[0].env[0].value',
    );
  });

  it('accepts every ignored field of a pod and of a container, and names each in a notice', () => {
    const podFields = ignoredFields.podSpec.map((name) => `${name}: x`).join(', ');
    const containerFields = ignoredFields.container.map((name) => `${name}: x`).join(', ');
    const yaml = deployment(
      `${podFields}, containers: [{ name: a, image: i, ${containerFields} }]`,
      'strategy: { type: RollingUpdate },',
    );
    const [sourced] = parseObjects(yaml);
    expect(() => read(yaml)).not.toThrow();
    expect(sourced && listIgnoredFields(sourced.object)).toEqual(
      expect.arrayContaining([
        'spec.strategy',
        'spec.template.spec.tolerations',
        'spec.template.spec.containers[0].livenessProbe',
      ]),
    );
  });

  it('says nothing of a Recreate strategy, which is what happens', () => {
    const [sourced] = parseObjects(deployment('containers: [{ name: a, image: i }]', 'strategy: { type: Recreate },'));
    expect(sourced && listIgnoredFields(sourced.object)).toEqual([]);
  });
});
