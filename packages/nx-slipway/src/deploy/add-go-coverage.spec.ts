import { parseObjects } from '../clusters/podman/testing/parse-objects';
import { addGoCoverage } from './add-go-coverage';

const PLACE = { nodePath: '/coverage/web', folders: new Map([['localhost/web:i-1', 'aaaa']]) };

function cover(yaml: string): unknown {
  return addGoCoverage(parseObjects(yaml), PLACE)[0]?.object['spec'];
}

const VOLUME = { name: 'slipway-coverage', hostPath: { path: '/coverage/web', type: 'Directory' } };
const MOUNT = { name: 'slipway-coverage', mountPath: '/slipway-coverage' };
const VARIABLE = { name: 'GOCOVERDIR', value: '/slipway-coverage/aaaa' };

describe('addGoCoverage', () => {
  it('gives containers of these images the variable and the folder, init containers too, and nothing to others', () => {
    const yaml = `
      apiVersion: apps/v1
      kind: Deployment
      metadata: { name: web }
      spec:
        template:
          spec:
            initContainers: [{ name: migrate, image: 'localhost/web:i-1' }]
            containers:
              - { name: web, image: 'localhost/web:i-1', env: [{ name: A, value: b }], volumeMounts: [{ name: d, mountPath: /d }] }
              - { name: proxy, image: proxy }
            volumes: [{ name: d, emptyDir: {} }]`;
    expect(cover(yaml)).toEqual({
      template: {
        spec: {
          initContainers: [{ name: 'migrate', image: 'localhost/web:i-1', env: [VARIABLE], volumeMounts: [MOUNT] }],
          containers: [
            {
              name: 'web',
              image: 'localhost/web:i-1',
              env: [{ name: 'A', value: 'b' }, VARIABLE],
              volumeMounts: [{ name: 'd', mountPath: '/d' }, MOUNT],
            },
            { name: 'proxy', image: 'proxy' },
          ],
          volumes: [{ name: 'd', emptyDir: {} }, VOLUME],
        },
      },
    });
  });

  it.each([
    ['another image', '{ name: a, image: postgres }'],
    ['the variable set already', "{ name: a, image: 'localhost/web:i-1', env: [{ name: GOCOVERDIR, value: /mine }] }"],
  ])('leaves a pod as it is with %s', (_what, container) => {
    const yaml = `{ apiVersion: v1, kind: Pod, metadata: { name: a }, spec: { containers: [${container}] } }`;
    const [before] = parseObjects(yaml);
    expect(cover(yaml)).toEqual(before?.object['spec']);
  });

  it('leaves objects without pods as they are', () => {
    expect(cover('{ apiVersion: v1, kind: Service, metadata: { name: a }, spec: { ports: [] } }')).toEqual({
      ports: [],
    });
  });
});
