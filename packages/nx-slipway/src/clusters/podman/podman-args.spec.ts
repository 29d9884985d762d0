import { clusterPathsOf } from './cluster-paths';
import { buildPodCreateArgs, buildRunArgs, type ClusterPlace } from './podman-args';
import { renderTestPod } from './testing/render-test-pod';

const place: ClusterPlace = {
  cluster: 'c1',
  owner: 'web',
  paths: clusterPathsOf('/store', 'c1'),
  volumeFolders: new Map([['c1_default_data', '/volumes/data']]),
};

const podYaml = (container: string, spec = ''): string => `
apiVersion: v1
kind: PersistentVolumeClaim
metadata: { name: data }
spec: {}
---
apiVersion: v1
kind: Pod
metadata: { name: web }
spec:
  ${spec}
  containers: [{ name: app, image: 'localhost/web:i-1', ${container} }]
`;

const runArgs = (container: string, spec = ''): string[] => {
  const pod = renderTestPod(podYaml(container, spec));
  const [app] = pod.containers;
  if (!app) throw new Error('no container');
  return buildRunArgs(pod, app, place, { role: 'main', environmentFile: '/env', variableNames: ['KEY'] });
};

describe('buildRunArgs', () => {
  it('replaces the entrypoint by command and drops the image’s arguments, as Kubernetes does', () => {
    expect(runArgs('command: [a, b c], args: [d]').slice(-4)).toEqual([
      '--entrypoint',
      '["a","b c"]',
      'localhost/web:i-1',
      'd',
    ]);
    expect(runArgs('args: [d]').slice(-2)).toEqual(['localhost/web:i-1', 'd']);
    expect(runArgs('args: [d]')).not.toContain('--entrypoint');
  });

  it('has no value of a variable, only where podman finds them', () => {
    const args = runArgs('env: [{ name: TOKEN, value: s3cret }]');
    expect(args.join(' ')).toContain('--env-file /env --env KEY');
    expect(args.join(' ')).not.toContain('s3cret');
  });

  it('mounts claims whole as volumes and in part as folders, and shares what a pod owns', () => {
    const args = runArgs(
      `volumeMounts: [
        { name: d, mountPath: /whole }, { name: d, mountPath: /part, subPath: a/b }, { name: e, mountPath: /tmp, readOnly: true }
      ]`,
      'volumes: [{ name: d, persistentVolumeClaim: { claimName: data } }, { name: e, emptyDir: {} }]',
    ).join(' ');
    expect(args).toContain('--volume c1_default_data:/whole:rw,nocopy');
    expect(args).toContain('--volume /volumes/data/a/b:/part:rw');
    expect(args).toContain('--volume /store/clusters/c1/pods/c1_default_web/volumes/e:/tmp:ro');
    expect(args).toContain('--volume /store/clusters/c1/hosts/default:/etc/hosts:ro');
  });

  it('mounts folders of this machine', () => {
    const mounts =
      'volumeMounts: [{ name: h, mountPath: /whole }, { name: h, mountPath: /part, subPath: a, readOnly: true }]';
    const args = runArgs(mounts, 'volumes: [{ name: h, hostPath: { path: /srv/h, type: Directory } }]').join(' ');
    expect(args).toContain('--volume /srv/h:/whole:rw');
    expect(args).toContain('--volume /srv/h/a:/part:ro');
  });

  it.each([
    ['', 'always'],
    ['restartPolicy: OnFailure', 'on-failure'],
    ['restartPolicy: Never', 'no'],
  ])('lets podman restart a pod with %s: %s', (spec, restart) => {
    const args = runArgs('', spec);
    expect(args[args.indexOf('--restart') + 1]).toBe(restart);
  });
});

describe('buildPodCreateArgs', () => {
  it('gives a pod its fixed addresses, its labels, and its published ports on 127.0.0.1 only', () => {
    const pod = {
      ...renderTestPod(podYaml('')),
      publishedPorts: [{ protocol: 'TCP' as const, nodePort: 30_080, targetPort: 8080 }],
    };
    const args = buildPodCreateArgs(pod, place).join(' ');
    expect(args).toContain(
      '--name c1_default_web --network c1:ip=10.89.0.10,mac=02:42:0a:59:00:0a --no-hosts --hostname web',
    );
    expect(args).toContain('--publish 127.0.0.1:30080:8080/tcp');
    expect(args).toContain(`--label io.nx-slipway.cluster=c1 --label io.nx-slipway.owner=web`);
    expect(args).toContain(`--label io.nx-slipway.hash=${pod.hash}`);
  });
});
