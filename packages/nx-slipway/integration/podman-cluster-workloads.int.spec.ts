import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import {
  describeWithPodman,
  fetchCommand,
  openTestCluster,
  podman,
  TEST_IMAGE,
  webDeployment,
  webService,
} from './podman-test-cluster';
import { parseObjects } from '../src/clusters/podman/testing/parse-objects';

/** A pod that runs a shell script. */
const pod = (name: string, script: string, spec = '', container = ''): string => `
apiVersion: v1
kind: Pod
metadata: { name: ${name}, labels: { app: ${name} } }
spec:
  terminationGracePeriodSeconds: 0
  ${spec}
  containers:
    - name: app
      image: ${TEST_IMAGE}
      command: [sh, -c, ${JSON.stringify(script)}]
      ${container}
`;

const job = (name: string, script: string, spec = ''): string => `
apiVersion: batch/v1
kind: Job
metadata: { name: ${name} }
spec:
  ${spec}
  template:
    spec:
      restartPolicy: Never
      containers: [{ name: app, image: ${TEST_IMAGE}, command: [sh, -c, ${JSON.stringify(script)}] }]
`;

describeWithPodman('Workloads of the podman cluster', () => {
  const test = openTestCluster('workloads');

  beforeAll(async () => {
    await test.cluster.up();
  });
  afterAll(() => test.close());

  const idOf = (name: string): string => podman('inspect', '--format', '{{.Id}}', test.podmanName(name, 'app')).trim();

  it('get ConfigMaps and Secrets as environment, also with several lines, and no process list shows a Secret', async () => {
    const secret = 'first line of the key\nsecond $(NOT_EXPANDED) "line"';
    await test.deploy(
      'environment',
      `
apiVersion: v1
kind: ConfigMap
metadata: { name: settings }
data: { COLOR: blue, SIZE: '3' }
---
apiVersion: v1
kind: Secret
metadata: { name: credentials }
data: { token: ${Buffer.from('t0ps3cret').toString('base64')} }
stringData: { key: ${JSON.stringify(secret)} }
---${pod(
        'environment',
        'env; echo "args $1"; sleep 1000',
        '',
        `args: [zero, 'in $(POD) with $(COLOR), $$(COLOR) and $(UNKNOWN)']
      envFrom: [{ configMapRef: { name: settings } }, { prefix: S_, secretRef: { name: credentials } }]
      env:
        - { name: POD, valueFrom: { fieldRef: { fieldPath: metadata.name } } }
        - { name: NAMESPACE, valueFrom: { fieldRef: { fieldPath: metadata.namespace } } }
        - { name: ADDRESS, valueFrom: { fieldRef: { fieldPath: status.podIP } } }
        - { name: APP, valueFrom: { fieldRef: { fieldPath: "metadata.labels['app']" } } }
        - { name: SIZE, value: 'size $(SIZE)' }
        - { name: TOKEN, valueFrom: { secretKeyRef: { name: credentials, key: token } } }`,
      )}`,
    );
    const printed = podman('logs', test.podmanName('environment', 'app'));
    expect(printed).toContain(`S_key=${secret}`);
    for (const line of [
      'COLOR=blue',
      'SIZE=size 3',
      'POD=environment',
      'NAMESPACE=default',
      'APP=environment',
      'TOKEN=t0ps3cret',
    ]) {
      expect(printed.split('\n')).toContain(line);
    }
    expect(printed).toMatch(/^ADDRESS=10\.\d+\.\d+\.\d+$/m);
    expect(printed).toContain('args in environment with blue, $(COLOR) and $(UNKNOWN)');
    expect(printed).not.toMatch(/_proxy=/i);
    expect(JSON.stringify(test.commands)).not.toContain('t0ps3cret');
    expect(JSON.stringify(test.commands)).not.toContain('first line of the key');
  });

  it('get ConfigMaps and Secrets as files with modes, items, subPath and binary content; emptyDir is shared by one pod only', async () => {
    const volumes = `
  volumes:
    - { name: config, configMap: { name: files, defaultMode: 0440 } }
    - { name: some, secret: { secretName: keys, items: [{ key: a, path: deep/renamed, mode: 0400 }] } }
    - { name: shared, emptyDir: {} }
    - { name: memory, emptyDir: { medium: Memory } }`;
    const mounts = `volumeMounts:
        - { name: config, mountPath: /config }
        - { name: config, mountPath: /etc/one.conf, subPath: one.conf }
        - { name: some, mountPath: /keys }
        - { name: shared, mountPath: /shared }
        - { name: memory, mountPath: /memory }`;
    const yaml = `
apiVersion: v1
kind: ConfigMap
metadata: { name: files }
data: { one.conf: "one\\n", two.conf: "two\\n" }
binaryData: { raw: ${Buffer.from([0, 255, 10, 200]).toString('base64')} }
---
apiVersion: v1
kind: Secret
metadata: { name: keys }
stringData: { a: secret-a, b: secret-b }
---${['left', 'right'].map((name) => pod(name, 'sleep 1000', volumes.trim(), mounts)).join('---')}`;
    await test.deploy('files', yaml);
    expect(test.exec('left', 'cat', '/config/one.conf', '/config/two.conf', '/etc/one.conf')).toBe('one\ntwo\none\n');
    expect(test.exec('left', 'od', '-An', '-tx1', '/config/raw').trim()).toBe('00 ff 0a c8');
    expect(test.exec('left', 'stat', '-c', '%a', '/config/one.conf', '/keys/deep/renamed').trim()).toBe('440\n400');
    expect(test.exec('left', 'find', '/keys', '-type', 'f').trim()).toBe('/keys/deep/renamed');
    expect(() => test.exec('left', 'touch', '/config/new')).toThrow('Read-only file system');
    test.exec('left', 'touch', '/shared/mine');
    expect(test.exec('right', 'ls', '/shared')).toBe('');
    expect(test.exec('left', 'stat', '-f', '-c', '%T', '/memory').trim()).toBe('tmpfs');
    expect(statSync(`${test.machineStore}/clusters/${test.name}`).mode & 0o777).toBe(0o700);

    const [before, untouched] = [idOf('left'), idOf('right')];
    await test.deploy('files', yaml.replace('"one\\n"', '"ONE\\n"'));
    expect(test.exec('left', 'cat', '/config/one.conf')).toBe('ONE\n');
    expect(test.exec('left', 'ls', '/shared')).toBe('');
    expect([idOf('left'), idOf('right')]).not.toEqual([before, untouched]);
  });

  it('run init containers in order; one that fails ends the deploy with its log, and a corrected one is deployed', async () => {
    const yaml = (second: string): string =>
      pod(
        'init',
        'cat /work/order; sleep 1000',
        `volumes: [{ name: work, emptyDir: {} }]
  initContainers:
    - { name: first, image: '${TEST_IMAGE}', command: [sh, -c, 'echo first >> /work/order'], volumeMounts: [{ name: work, mountPath: /work }] }
    - { name: second, image: '${TEST_IMAGE}', command: [sh, -c, '${second}'], volumeMounts: [{ name: work, mountPath: /work }] }`,
        'volumeMounts: [{ name: work, mountPath: /work }]',
      );
    await expect(test.deploy('init', yaml('echo no schema here; exit 3'))).rejects.toMatchObject({
      code: 'CLUSTER_INIT_CONTAINER_FAILED',
      message: expect.stringContaining('"second" of the pod init ended with exit code 3'),
      problem: { toolOutput: expect.stringContaining('no schema here') },
    });
    await test.deploy('init', yaml('echo second >> /work/order'));
    expect(podman('logs', test.podmanName('init', 'app'))).toBe('first\nsecond\n');
  });

  it('run a Job to completion once, again when it has changed, and fail with its log after its backoffLimit', async () => {
    const first = await test.deploy('job', job('migrate', 'echo migrated $HOSTNAME'));
    expect(first.changes).toEqual([{ kind: 'Job', namespace: 'default', name: 'migrate', change: 'created' }]);
    const id = idOf('migrate-0');
    const second = await test.deploy('job', job('migrate', 'echo migrated $HOSTNAME'));
    expect(second.changes).toEqual([expect.objectContaining({ change: 'unchanged' })]);
    expect(idOf('migrate-0')).toBe(id);
    const third = await test.deploy('job', job('migrate', 'echo migrated more'));
    expect(third.changes).toEqual([expect.objectContaining({ change: 'replaced' })]);
    expect(podman('logs', test.podmanName('migrate-0', 'app'))).toBe('migrated more\n');
    await expect(
      test.deploy('job', job('migrate', 'echo column missing; exit 4', 'backoffLimit: 1')),
    ).rejects.toMatchObject({
      code: 'CLUSTER_JOB_FAILED',
      message: expect.stringContaining('failed 2 times; its container "app" ended with exit code 4'),
      problem: { toolOutput: expect.stringContaining('column missing') },
    });
  });

  it('of a StatefulSet keep their volume claims when they are replaced, writable for any user; down removes them', async () => {
    const yaml = (greeting: string): string => `
apiVersion: apps/v1
kind: StatefulSet
metadata: { name: store }
spec:
  serviceName: store
  selector: { matchLabels: { app: store } }
  template:
    metadata: { labels: { app: store } }
    spec:
      terminationGracePeriodSeconds: 0
      securityContext: { runAsUser: 1234, runAsGroup: 1234, fsGroup: 4321 }
      containers:
        - name: app
          image: ${TEST_IMAGE}
          command: [sh, -c, 'echo ${greeting} >> /var/log/greetings; id; sleep 1000']
          volumeMounts: [{ name: logs, mountPath: /var/log }]
  volumeClaimTemplates: [{ metadata: { name: logs }, spec: { accessModes: [ReadWriteOnce], resources: { requests: { storage: 1Gi } } } }]
`;
    await test.deploy('store', yaml('one'));
    await test.deploy('store', yaml('two'));
    expect(test.exec('store-0', 'cat', '/var/log/greetings')).toBe('one\ntwo\n');
    expect(test.exec('store-0', 'id')).toMatch(/uid=1234\S* gid=1234\S* groups=1234\S*,4321/);
    expect(podman('volume', 'ls', '--format', '{{.Name}}')).toContain(`${test.name}_default_logs-store-0`);
  });

  it('find a volume prepared that a killed deploy had only created', async () => {
    const volume = `${test.name}_default_half`;
    const label = `io.nx-slipway.cluster=${test.name}`;
    podman('volume', 'create', '--opt', 'o=uid=0,gid=0', '--label', label, volume);
    await test.deploy(
      'half',
      `
apiVersion: v1
kind: PersistentVolumeClaim
metadata: { name: half }
spec: { accessModes: [ReadWriteMany] }
---${['half-a', 'half-b']
        .map((name) =>
          pod(
            name,
            `touch /claim/${name} || exit 1; sleep 1000`,
            `restartPolicy: Never
  securityContext: { runAsUser: 1234, runAsGroup: 1234, fsGroup: 4321 }
  volumes: [{ name: claim, persistentVolumeClaim: { claimName: half } }]`,
            'volumeMounts: [{ name: claim, mountPath: /claim }]',
          ),
        )
        .join('---')}`,
    );
    expect(test.exec('half-a', 'ls', '/claim')).toBe('half-a\nhalf-b\n');
    expect(test.exec('half-a', 'stat', '-c', '%a %g', '/claim')).toBe('2777 4321\n');
  });

  it('that show a Secret in why they cannot start do not show it in the error', async () => {
    const secret = `apiVersion: v1
kind: Secret
metadata: { name: shown }
stringData: { program: s3cr3t-program, answer: s3cr3t-answer }
---`;
    const env = 'env: [{ name: S, valueFrom: { secretKeyRef: { name: shown, key: KEY } } }]';
    const shown = pod('shown', 'true', '', env.replace('KEY', 'program')).replace(/command: .*/, 'command: [$(S)]');
    const probe = `${env.replace('KEY', 'answer')}
      readinessProbe: { exec: { command: [sh, -c, 'echo no $S; exit 1'] }, periodSeconds: 1 }`;
    for (const [yaml, code, reason] of [
      [shown, 'CLUSTER_CONTAINER_NOT_STARTED', 'exec: "[redacted]"'],
      [pod('shown', 'sleep 1000', '', probe), 'READINESS_TIMED_OUT', 'no [redacted]'],
    ]) {
      const error: unknown = await test
        .deploy('shown', `${secret}${yaml}`, { timeoutMs: 3_000 })
        .catch((thrown: unknown) => thrown);
      expect(error).toMatchObject({ code, message: expect.stringContaining(reason ?? '') });
      expect(`${(error as Error).stack}${JSON.stringify(error)}`).not.toContain('s3cr3t');
    }
  });

  it('of a Job end after its activeDeadlineSeconds', async () => {
    await expect(
      test.deploy('slow', job('slow', 'echo still copying; sleep 1000', 'activeDeadlineSeconds: 2')),
    ).rejects.toMatchObject({
      code: 'CLUSTER_JOB_FAILED',
      message: expect.stringContaining('"app" was stopped after activeDeadlineSeconds (2)'),
      problem: { toolOutput: expect.stringContaining('still copying') },
    });
    expect(podman('inspect', '--format', '{{.State.Status}}', test.podmanName('slow-0', 'app')).trim()).toBe('exited');
  });

  it('honour resource limits, a read-only root, dropped capabilities and a working directory', async () => {
    await test.deploy(
      'confined',
      pod(
        'confined',
        'pwd; sleep 1000',
        '',
        `workingDir: /usr
      resources: { requests: { cpu: 10m }, limits: { memory: 64Mi, cpu: 500m } }
      securityContext: { readOnlyRootFilesystem: true, allowPrivilegeEscalation: false, capabilities: { drop: [ALL] } }`,
      ),
    );
    expect(podman('logs', test.podmanName('confined', 'app'))).toBe('/usr\n');
    const [memory, nanoCpus] = podman(
      'inspect',
      '--format',
      '{{.HostConfig.Memory}} {{.HostConfig.NanoCpus}}',
      test.podmanName('confined', 'app'),
    )
      .trim()
      .split(' ');
    expect([memory, nanoCpus]).toEqual([String(64 * 1024 * 1024), '500000000']);
    expect(() => test.exec('confined', 'touch', '/tmp/x')).toThrow('Read-only file system');
    expect(
      readFileSync(
        `/proc/${podman('inspect', '--format', '{{.State.Pid}}', test.podmanName('confined', 'app')).trim()}/status`,
        'utf8',
      ),
    ).toMatch(/CapEff:\t0000000000000000/);
  });

  it('that are not ready in time are named with the reason and the end of their log; exec and TCP probes work', async () => {
    const late = webDeployment({ name: 'late', containerExtra: '' }).replace(
      `[perl, -e,`,
      `[sh, -c, 'echo still loading; touch /tmp/unready; exec perl "$@"', sh, -e,`,
    );
    await expect(test.deploy('late', late, { timeoutMs: 4_000 })).rejects.toMatchObject({
      code: 'READINESS_TIMED_OUT',
      message: expect.stringMatching(
        /Deployment default\/late, pod late-0, container app: its readiness probe fails: HTTP GET \/ on port 8080 gave status 503/,
      ),
      problem: { toolOutput: expect.stringContaining('still loading') },
    });
    const probes = `startupProbe: { tcpSocket: { port: 8080 }, periodSeconds: 1 }
          ports: [{ containerPort: 8080 }]`;
    await test.deploy(
      'probed',
      webDeployment({ name: 'probed' })
        .replace(/ports: \[.*\n/, `${probes}\n`)
        .replace(/readinessProbe: .*/, `readinessProbe: { exec: { command: [sh, -c, 'test ! -e /tmp/unready'] } }`),
    );
  });

  it('that crash again and again fail early, with exit code and log, and are stopped', async () => {
    const startedAt = Date.now();
    await expect(
      test.deploy(
        'crash',
        webDeployment({ name: 'crash' }).replace(/command: .*/, `command: [sh, -c, 'echo no database; exit 7']`),
      ),
    ).rejects.toMatchObject({
      code: 'READINESS_CRASH_LOOP',
      message: expect.stringMatching(/"app" of the pod crash-0 ended \d+ times, last with exit code 7/),
      problem: { toolOutput: expect.stringContaining('no database') },
    });
    expect(Date.now() - startedAt).toBeLessThan(30_000);
    expect(podman('inspect', '--format', '{{.State.Status}}', test.podmanName('crash-0', 'app')).trim()).not.toBe(
      'running',
    );
  }, 60_000);

  it('whose command does not exist are a coded error', async () => {
    await expect(
      test.deploy('typo', webDeployment({ name: 'typo' }).replace(/command: .*/, `command: [no-such-program]`)),
    ).rejects.toMatchObject({
      code: 'CLUSTER_CONTAINER_NOT_STARTED',
      message: expect.stringContaining('"no-such-program": executable file not found in $PATH'),
    });
  });

  it('of other kinds, or with other fields, are refused with their place and the advice to use kind', async () => {
    await expect(test.deploy('daemon', webDeployment().replace('Deployment', 'DaemonSet'))).rejects.toMatchObject({
      code: 'CLUSTER_UNSUPPORTED_OBJECT',
      message: expect.stringContaining('test.yaml#1: the podman cluster does not support the DaemonSet "web"'),
      problem: { hint: expect.stringContaining('kind') },
    });
    await expect(test.deploy('host', pod('host', 'true', 'hostNetwork: true'))).rejects.toMatchObject({
      code: 'CLUSTER_UNSUPPORTED_FIELD',
      message: expect.stringContaining('spec.hostNetwork'),
    });
    await expect(
      test.deploy('missing', pod('missing', 'true', '', 'envFrom: [{ configMapRef: { name: nowhere } }]')),
    ).rejects.toMatchObject({
      code: 'CLUSTER_REFERENCE_MISSING',
      message: expect.stringContaining('ConfigMap default/nowhere'),
    });
    const { notices } = await test.deploy(
      'alive',
      webDeployment({ name: 'alive', containerExtra: 'livenessProbe: { tcpSocket: { port: 8080 } }' }),
    );
    expect(notices).toEqual([
      expect.stringMatching(/^CLUSTER_FIELD_IGNORED .*spec\.template\.spec\.containers\[0\]\.livenessProbe/),
    ]);
  });

  it('leave logs, states and events as diagnostics, with Secret values redacted', async () => {
    await test.deploy(
      'talker',
      `
apiVersion: v1
kind: Secret
metadata: { name: talker }
stringData: { password: hunter2hunter2 }
---${pod('talker', 'echo my password is $PASSWORD; sleep 1000', '', 'env: [{ name: PASSWORD, valueFrom: { secretKeyRef: { name: talker, key: password } } }]')}`,
    );
    const folder = `${test.machineStore}/diagnostics`;
    const files = await test.cluster.collectDiagnostics(['talker', 'job'], folder);
    const contents = files.map((file) => readFileSync(file, 'utf8'));
    expect(files.map((file) => file.replace(`${folder}/`, '')).sort()).toEqual([
      'default_migrate-0/app.log',
      'default_migrate-0/inspect.json',
      'default_talker/app.log',
      'default_talker/inspect.json',
      'events.txt',
      'states.txt',
    ]);
    expect(contents.join('')).toContain('my password is [redacted]');
    expect(contents.join('')).toContain('app: exited, exit code 4');
    expect(contents.join('')).not.toContain('hunter2hunter2');
    expect(readFileSync(`${folder}/events.txt`, 'utf8')).toContain(test.podmanName('talker', 'app'));
  });
});

describeWithPodman('Deploys to the podman cluster', () => {
  const test = openTestCluster('deploys');

  beforeAll(async () => {
    const startedAt = Date.now();
    const { change } = await test.cluster.up();
    expect(change).toBe('created');
    expect(Date.now() - startedAt).toBeLessThan(2_000);
  });
  afterAll(() => test.close());

  const system = (greeting = 'hello'): string =>
    `${webDeployment({ greeting, replicas: 2 })}---${webService('type: NodePort, ports: [{ port: 80, targetPort: 8080 }]')}`;
  const processOf = (pod: string): number =>
    Number(podman('inspect', '--format', '{{.State.Pid}}', test.podmanName(pod, 'app')));

  it('are refused when the cluster does not run, and cluster-up is repeatable', async () => {
    expect((await test.cluster.up()).change).toBe('unchanged');
    const other = openTestCluster('absent');
    await expect(other.deploy('web', system())).rejects.toMatchObject({ code: 'CLUSTER_NOT_UP' });
    await other.close();
  });

  it('of an unchanged and healthy system change nothing, with one call to podman', async () => {
    const first = await test.deploy('web', system());
    expect(first.changes.map(({ change }) => change)).toEqual(['created', 'created']);
    const pids = [processOf('web-0'), processOf('web-1')];
    test.forgetCommands();
    const startedAt = Date.now();
    const second = await test.deploy('web', system());
    expect(Date.now() - startedAt).toBeLessThan(1_000);
    expect(test.commands.map(([command]) => command)).toEqual(['ps']);
    expect(second.changes.map(({ change }) => change)).toEqual(['unchanged', 'unchanged']);
    expect([processOf('web-0'), processOf('web-1')]).toEqual(pids);
  });

  it('replace what podman calls "Up" but does not answer', async () => {
    process.kill(processOf('web-0'), 'SIGSTOP');
    const report = await test.deploy('web', system());
    expect(report.changes[0]).toMatchObject({ kind: 'Deployment', change: 'replaced' });
    expect(test.lines.at(-1)).toContain('replaces pod web-0, since its readiness probe fails');
    expect(await (await fetch(report.endpoints[0]?.url ?? '')).text()).toContain('hello from web-0');
  });

  it('replace a worker without ports whose exec probe fails', async () => {
    const probe = `readinessProbe: { exec: { command: [sh, -c, 'test ! -e /tmp/hung'] }, periodSeconds: 1 }`;
    const worker = pod('worker', 'sleep 1000', '', probe);
    await test.deploy('worker', worker);
    expect((await test.deploy('worker', worker)).changes[0]?.change).toBe('unchanged');
    test.exec('worker', 'touch', '/tmp/hung');
    expect((await test.deploy('worker', worker)).changes[0]?.change).toBe('replaced');
  });

  it('leave a pod alone whose NodePort leads to a port that it does not open and no probe asks for', async () => {
    const metrics = webService('type: NodePort, ports: [{ port: 9090 }]', 'metrics', 'quiet');
    const quiet = `${webDeployment({ name: 'quiet' })}---${metrics}`;
    await test.deploy('quiet', quiet);
    test.forgetCommands();
    expect((await test.deploy('quiet', quiet)).changes.map(({ change }) => change)).toEqual(['unchanged', 'unchanged']);
    // Else it would be waited for while it is young, and replaced when it is old.
    expect(test.commands.map(([command]) => command)).toEqual(['ps']);
  });

  it('take over the objects of a project that was renamed, its NodePort too', async () => {
    const spec = 'type: NodePort, ports: [{ port: 80, targetPort: 8080 }]';
    const renamed = `${webDeployment({ name: 'renamed' })}---${webService(spec, 'renamed')}`;
    const { endpoints } = await test.deploy('before', renamed);
    await expect(test.deploy('after', renamed, { knownOwners: ['before', 'after'] })).rejects.toMatchObject({
      code: 'CLUSTER_OBJECT_OWNED',
    });
    const report = await test.deploy('after', renamed, { knownOwners: ['after'] });
    expect(report.changes.map(({ change }) => change)).toEqual(['replaced', 'unchanged']);
    expect(report.endpoints).toEqual(endpoints);
    expect((await test.deploy('after', renamed, { knownOwners: ['after'] })).changes[0]?.change).toBe('unchanged');
    await test.deploy('after', webDeployment({ name: 'other' }), { knownOwners: ['after'] });
    expect(podman('ps', '--all', '--format', '{{.Names}}')).not.toContain(test.podmanName('renamed-0'));
  });

  it('keep the redirects that another deploy adds while they replace the pod', async () => {
    const port80 = webService('ports: [{ port: 80, targetPort: 8080 }]', 'moving');
    const slow = webDeployment({ name: 'moving' }).replace(
      '      containers:',
      `      initContainers: [{ name: wait, image: '${TEST_IMAGE}', command: [sleep, '3'] }]\n      containers:`,
    );
    await test.deploy('moving', `${webDeployment({ name: 'moving' })}---${port80}`);
    const moving = test.deploy('moving', `${slow}---${port80}`);
    await new Promise((resolve) => setTimeout(resolve, 2_500));
    await test.open().deploy({
      owner: 'port81',
      objects: parseObjects(webService('ports: [{ port: 81, targetPort: 8080 }]', 'also', 'moving')),
      images: new Map(),
      timeoutMs: 10_000,
    });
    await moving;
    for (const port of [80, 81]) {
      expect(test.exec('moving-0', ...fetchCommand('moving', port))).toContain('hello from moving-0');
    }
  });

  it('replace what podman calls "Up" but has no process', async () => {
    const [conmon, pid] = podman(
      'inspect',
      '--format',
      '{{.State.ConmonPid}} {{.State.Pid}}',
      test.podmanName('web-1', 'app'),
    )
      .split(' ')
      .map(Number);
    process.kill(conmon ?? 0, 'SIGKILL');
    process.kill(pid ?? 0, 'SIGKILL');
    const { changes } = await test.deploy('web', system());
    expect(changes[0]).toMatchObject({ kind: 'Deployment', change: 'replaced' });
    expect(test.exec('web-1', 'hostname')).toBe('web-1\n');
  });

  it('leave a killed container to come back by itself, and its log can be read', async () => {
    const pid = processOf('web-1');
    process.kill(pid, 'SIGKILL');
    for (let look = 0; look < 50 && [0, pid].includes(processOf('web-1')); look++)
      await new Promise((resolve) => setTimeout(resolve, 100));
    expect([0, pid]).not.toContain(processOf('web-1'));
    expect(podman('logs', test.podmanName('web-1', 'app')).match(/listening on 8080/g)).toHaveLength(2);
  });

  it('make redirects again that were lost with the network namespace', async () => {
    const port80 = webService('ports: [{ port: 80, targetPort: 8080 }]', 'single');
    await test.deploy('single', `${webDeployment({ name: 'single' })}---${port80}`);
    podman('pod', 'restart', test.podmanName('single-0'));
    await test.deploy('single', `${webDeployment({ name: 'single' })}---${port80}`);
    expect(test.exec('web-1', ...fetchCommand('single', 80))).toContain('hello from single-0');
  });

  it('replace one workload when one changes, remove what is no longer named, and keep claims', async () => {
    const two = `${webDeployment({ name: 'a' })}---${webDeployment({ name: 'b' })}`;
    await test.deploy('pair', two);
    const report = await test.deploy('pair', two.replace('hello', 'changed'));
    expect(report.changes.map(({ name, change }) => [name, change])).toEqual([
      ['a', 'replaced'],
      ['b', 'unchanged'],
    ]);
    const last = await test.deploy('pair', webDeployment({ name: 'b' }));
    expect(last.changes).toContainEqual({ kind: 'Deployment', namespace: 'default', name: 'a', change: 'removed' });
    expect(podman('ps', '--all', '--format', '{{.Names}}')).not.toContain(test.podmanName('a-0'));
  });

  it('that are cancelled anywhere leave what the next one repairs', async () => {
    for (const delayMs of [50, 150, 300, 500]) {
      const cancellation = new AbortController();
      const lines: string[] = [];
      const cluster = test.open({ signal: cancellation.signal, log: { line: (text) => void lines.push(text) } });
      const request = { owner: 'cancelled', objects: [], images: new Map(), timeoutMs: 20_000 };
      const yaml = webDeployment({ name: 'cancelled', replicas: 2, greeting: `try${delayMs}` });
      const deploy = cluster.deploy({ ...request, objects: parseObjects(yaml) });
      setTimeout(() => cancellation.abort(new Error('cancelled')), delayMs);
      await expect(deploy).rejects.toThrow('cancelled');
      await test.deploy('cancelled', yaml);
      expect(test.exec('cancelled-1', 'printenv', 'GREETING').trim()).toBe(`try${delayMs}`);
    }
  });

  it('give up an address that podman holds for another container', async () => {
    await test.deploy('addressed', webDeployment({ name: 'addressed' }));
    const network = ['--format', `{{(index .NetworkSettings.Networks "${test.name}").IPAddress}}`];
    const infra = podman('pod', 'inspect', '--format', '{{.InfraContainerID}}', test.podmanName('addressed-0')).trim();
    const address = podman('inspect', ...network, infra).trim();
    const holder = `${test.name}-holder`;
    podman('pod', 'rm', '--force', '--time', '0', test.podmanName('addressed-0'));
    podman('run', '--detach', '--name', holder, '--network', test.name, '--ip', address, TEST_IMAGE, 'sleep', '600');
    try {
      await test.deploy('addressed', webDeployment({ name: 'addressed' }));
      expect(test.lines.join('\n')).toContain(`the address ${address} for another container: it is given up`);
      expect(test.exec('addressed-0', ...fetchCommand('localhost', 8080))).toContain('addressed-0');
      expect((await test.deploy('addressed', webDeployment({ name: 'addressed' }))).changes[0]?.change).toBe(
        'unchanged',
      );
    } finally {
      podman('rm', '--force', '--time', '0', holder);
    }
  });

  it('of two owners run side by side, and two of one owner one after the other', async () => {
    const reports = await Promise.all([
      test.deploy('left', webDeployment({ name: 'left' })),
      test.deploy('right', webDeployment({ name: 'right' })),
      test.open().deploy({
        owner: 'left',
        objects: parseObjects(webDeployment({ name: 'left' })),
        images: new Map(),
        timeoutMs: 30_000,
      }),
    ]);
    expect(reports.map(({ changes }) => changes[0]?.change).sort()).toEqual(['created', 'created', 'unchanged']);
  });

  it('with an image that podman does not have, or under another ID, fail before anything is created', async () => {
    const image = 'localhost/sliptest-nowhere:i-000000000000000000000000';
    await expect(test.deploy('lost', webDeployment({ name: 'lost' }).replace(TEST_IMAGE, image))).rejects.toMatchObject(
      { code: 'CLUSTER_IMAGE_MISSING' },
    );
    const record = {
      schemaVersion: 1 as const,
      name: 'nowhere',
      imageId: `sha256:${'0'.repeat(64)}`,
      platform: 'linux/amd64',
      layers: [],
    };
    await expect(test.cluster.loadImages([record])).rejects.toMatchObject({ code: 'CLUSTER_IMAGE_MISSING' });
    await expect(
      test.deploy('lost', webDeployment({ name: 'lost' }), { images: new Map([[TEST_IMAGE, record]]) }),
    ).rejects.toMatchObject({ code: 'CLUSTER_IMAGE_MISSING' });
    expect(podman('pod', 'ps', '--format', '{{.Name}}')).not.toContain(test.podmanName('lost-0'));
  });

  it('meet a damaged memory with a coded error, and cluster-down cleans up all the same', async () => {
    writeFileSync(`${test.machineStore}/clusters/${test.name}/state.json`, '{"schemaVersion":1,"subn');
    await expect(test.deploy('web', system())).rejects.toMatchObject({ code: 'CLUSTER_STATE_CORRUPT' });
    await test.cluster.down();
    expect(test.listLeftovers()).toEqual([]);
    expect(existsSync(`${test.machineStore}/clusters/${test.name}`)).toBe(false);
  });
});
