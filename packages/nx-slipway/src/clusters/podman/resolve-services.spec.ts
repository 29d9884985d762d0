import { allocateNodePorts } from './allocate-node-ports';
import { listDesiredPods } from './desired-pods';
import { renderHostsFile } from './hosts-file';
import { renderRedirectRules } from './redirect-rules';
import { listEndpoints, nodePortKey, resolvePublishedPorts, resolveRedirects, selectPods } from './resolve-services';
import { readManifests } from './testing/read-manifests';

const service = (name: string, spec: string, namespace = 'default'): string => `
apiVersion: v1
kind: Service
metadata: { name: ${name}, namespace: ${namespace} }
spec: { ${spec} }
`;

const pod = (name: string, labels: string, namespace = 'default'): string => `
apiVersion: v1
kind: Pod
metadata: { name: ${name}, namespace: ${namespace}, labels: { ${labels} } }
spec: { containers: [{ name: app, image: web, ports: [{ name: http, containerPort: 8080 }] }] }
`;

const read = (...documents: string[]) => {
  const objects = readManifests(documents.join('---'));
  return { services: objects.services, pods: listDesiredPods(objects) };
};

describe('Services and pods', () => {
  it('selects by every label and in its own namespace only; an empty selector selects nothing', () => {
    const { services, pods } = read(
      service('both', 'selector: { app: web, tier: front }'),
      service('empty', 'ports: []'),
      pod('a', 'app: web, tier: front'),
      pod('b', 'app: web'),
      pod('c', 'app: web, tier: front', 'other'),
    );
    const [both, empty] = services;
    expect(both && selectPods(both, pods).map(({ name }) => name)).toEqual(['a']);
    expect(empty && selectPods(empty, pods)).toEqual([]);
  });

  it('redirects ports that differ from their target, named or not; never for a headless Service', () => {
    const { services, pods } = read(
      service('named', 'selector: { app: web }, ports: [{ port: 80, targetPort: http }]'),
      service('same', 'selector: { app: web }, ports: [{ port: 8080 }]'),
      service('headless', 'clusterIP: None, selector: { app: web }, ports: [{ port: 81, targetPort: 8080 }]'),
      service('udp', 'selector: { app: web }, ports: [{ port: 53, targetPort: 5353, protocol: UDP }]'),
      pod('a', 'app: web'),
    );
    expect(pods[0] && resolveRedirects(pods[0], services)).toEqual([
      { protocol: 'TCP', port: 80, targetPort: 8080 },
      { protocol: 'UDP', port: 53, targetPort: 5353 },
    ]);
  });

  it('refuses two Services that send one port of a pod to different places', () => {
    const { services, pods } = read(
      service('one', 'selector: { app: web }, ports: [{ port: 80, targetPort: 8080 }]'),
      service('two', 'selector: { app: web }, ports: [{ port: 80, targetPort: 9090 }]'),
      pod('a', 'app: web'),
    );
    expect(() => pods[0] && resolveRedirects(pods[0], services)).toThrow(
      'Port 80 of the pod default/a is sent to two places: by one to 8080 and by two to 9090.',
    );
  });

  it('refuses a port name that no container has', () => {
    const { services, pods } = read(
      service('one', 'selector: { app: web }, ports: [{ port: 80, targetPort: grpc }]'),
      pod('a', 'app: web'),
    );
    expect(() => pods[0] && resolveRedirects(pods[0], services)).toThrow('the container port "grpc"');
  });

  it('publishes a NodePort for the first pod only', () => {
    const { services, pods } = read(
      service('web', 'type: NodePort, selector: { app: web }, ports: [{ port: 80, targetPort: http }]'),
      pod('a', 'app: web'),
      pod('b', 'app: web'),
    );
    const nodePorts = new Map([['default/web/80', 31_000]]);
    expect(pods.map((candidate) => resolvePublishedPorts(candidate, pods, services, nodePorts))).toEqual([
      [{ protocol: 'TCP', nodePort: 31_000, targetPort: 8080 }],
      [],
    ]);
  });

  it.each([
    ['port: 80', 'http'],
    ['name: https, port: 443', 'https'],
    ['name: grpc-api, port: 9000', 'grpc'],
    ['name: main, port: 80', 'http'],
    ['name: web, appProtocol: https, port: 8443', 'https'],
    ['name: postgres, port: 5432', 'postgres'],
    ['port: 53, protocol: UDP', 'udp'],
  ])('gives the endpoint of a port with %s the scheme %s', (port, scheme) => {
    const { services } = read(service('web', `type: NodePort, ports: [{ ${port} }]`));
    const [servicePort] = services[0]?.manifest.spec.ports ?? [];
    const key = servicePort ? nodePortKey('default', 'web', servicePort) : '';
    const [endpoint] = listEndpoints(services, new Map([[key, 31_000]]));
    expect(endpoint?.url).toBe(`${scheme}://127.0.0.1:31000`);
  });
});

describe('allocateNodePorts', () => {
  const nodePort = (name: string, port: string): string => service(name, `type: NodePort, ports: [{ ${port} }]`);
  const allocate = (yaml: string[], given: [string, number][] = [], holders: [number, string][] = []) =>
    allocateNodePorts({
      services: read(...yaml).services,
      given: new Map(given),
      ofOthers: new Map(),
      holders: new Map(holders),
    });

  it('gives the same free port for the same Service, in Kubernetes’ range, and keeps it', () => {
    const [first] = allocate([nodePort('web', 'port: 80')]).values();
    expect(allocate([nodePort('web', 'port: 80')]).get('default/web/80')).toBe(first);
    expect(first).toBeGreaterThanOrEqual(30_000);
    expect(first).toBeLessThanOrEqual(32_767);
    expect(allocate([nodePort('web', 'port: 80')], [['default/web/80', 32_000]]).get('default/web/80')).toBe(32_000);
  });

  it('gives TCP and UDP of one port number a port each', () => {
    const dns = service('dns', 'type: NodePort, ports: [{ name: t, port: 53 }, { name: u, port: 53, protocol: UDP }]');
    const allocated = allocate([dns]);
    expect([...allocated.keys()]).toEqual(['default/dns/53', 'default/dns/53/UDP']);
    expect(new Set(allocated.values()).size).toBe(2);
  });

  it('takes the next port where the first is somebody else’s', () => {
    const [first = 0] = allocate([nodePort('web', 'port: 80')]).values();
    expect(allocate([nodePort('web', 'port: 80')], [], [[first, 'another process']]).get('default/web/80')).toBe(
      first + 1,
    );
  });

  it('refuses a fixed port that is taken, and two Services with one, naming the holder', () => {
    const fixed = 'port: 80, nodePort: 30080';
    expect(() => allocate([nodePort('web', fixed)], [], [[30_080, 'another process']])).toThrow(
      'Port 30080 of 127.0.0.1, for the Service default/web/80 (test.yaml#1), is in use by another process. Nothing was changed.',
    );
    expect(() => allocate([nodePort('web', fixed), nodePort('two', fixed)])).toThrow('by Service default/web/80');
  });
});

describe('renderHostsFile', () => {
  const objects = read(
    service('web', 'selector: { app: web }, ports: [{ port: 80 }]'),
    pod('a', 'app: web'),
    service('web', 'selector: { app: web }, ports: [{ port: 80 }]', 'other'),
    pod('b', 'app: web', 'other'),
  );
  const addressed = objects.pods.map((candidate, index) => ({ pod: candidate, address: `10.0.0.${index + 1}` }));

  it('lets the bare name of a Service mean the one in the same namespace', () => {
    expect(renderHostsFile('default', objects.services, addressed)).toBe(
      [
        '127.0.0.1\tlocalhost',
        '::1\tlocalhost ip6-localhost ip6-loopback',
        '10.0.0.1\tweb.default.svc.cluster.local web.default.svc web.default web',
        '10.0.0.2\tweb.other.svc.cluster.local web.other.svc web.other',
        '10.0.0.1\ta',
        '',
      ].join('\n'),
    );
    expect(renderHostsFile('other', objects.services, addressed)).toContain(
      '10.0.0.2\tweb.other.svc.cluster.local web.other.svc web.other web\n',
    );
  });
});

describe('renderRedirectRules', () => {
  it('is the whole nat table, for other pods and for the pod itself', () => {
    expect(renderRedirectRules('10.0.0.1', [{ protocol: 'TCP', port: 80, targetPort: 8080 }])).toBe(
      `*nat
:PREROUTING ACCEPT [0:0]
:INPUT ACCEPT [0:0]
:OUTPUT ACCEPT [0:0]
:POSTROUTING ACCEPT [0:0]
-A PREROUTING -d 10.0.0.1/32 -p tcp --dport 80 -j REDIRECT --to-ports 8080
-A OUTPUT -d 10.0.0.1/32 -p tcp --dport 80 -j REDIRECT --to-ports 8080
COMMIT
`,
    );
  });
});
