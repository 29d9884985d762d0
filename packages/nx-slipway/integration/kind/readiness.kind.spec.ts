import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseAllDocuments } from 'yaml';
import type { ObjectChange } from '../../src/clusters/cluster';
import { isAsLeft, readInventoryObjects } from '../../src/clusters/kubernetes/apply/is-as-left';
import { readInventory } from '../../src/clusters/kubernetes/apply/read-inventory';
import { deployToKubernetes } from '../../src/clusters/kubernetes/deploy-to-kubernetes';
import { collectObjectDiagnostics } from '../../src/clusters/kubernetes/diagnostics/collect-object-diagnostics';
import type { AwaitedObject } from '../../src/clusters/kubernetes/readiness/awaited-object';
import { waitReady } from '../../src/clusters/kubernetes/readiness/wait-ready';
import type { Kubectl } from '../../src/clusters/kubernetes/kubectl';
import type { LiveObject } from '../../src/clusters/kubernetes/live-object';
import { parseObjects } from '../../src/clusters/podman/testing/parse-objects';
import type { SlipwayError } from '../../src/errors/slipway-error';
import type { Tools } from '../../src/exec/tools';
import { openTestNamespace, TEST_IMAGE, until, type TestNamespace } from './kind-test-cluster';

const COLLECTIONS: Readonly<Record<string, string>> = {
  Deployment: '/apis/apps/v1/namespaces/NS/deployments',
  StatefulSet: '/apis/apps/v1/namespaces/NS/statefulsets',
  DaemonSet: '/apis/apps/v1/namespaces/NS/daemonsets',
  Job: '/apis/batch/v1/namespaces/NS/jobs',
  Pod: '/api/v1/namespaces/NS/pods',
  Secret: '/api/v1/namespaces/NS/secrets',
  Service: '/api/v1/namespaces/NS/services',
};

/** A container that runs a shell command. */
const container = (command: string, more = ''): string =>
  `{ name: app, image: "${TEST_IMAGE}", imagePullPolicy: IfNotPresent, command: [sh, -c, ${JSON.stringify(command)}]${more} }`;

const podSpec = (command: string, more = ''): string =>
  `terminationGracePeriodSeconds: 0, containers: [${container(command, more)}]`;

const workload = (kind: string, name: string, spec: string, more = ''): string => `
apiVersion: apps/v1
kind: ${kind}
metadata: { name: ${name} }
spec:
  selector: { matchLabels: { app: ${name} } }
  template:
    metadata: { labels: { app: ${name} } }
    spec: { ${spec} }
${more}`;

const job = (name: string, command: string): string => `
apiVersion: batch/v1
kind: Job
metadata: { name: ${name} }
spec: { backoffLimit: 0, template: { spec: { restartPolicy: Never, ${podSpec(command)} } } }
`;

const SERVE = 'sleep 100000';

/** Shows that it is ready after a moment. */
const SLOW_START = ', readinessProbe: { exec: { command: [test, -e, /tmp/ready] }, periodSeconds: 1 }';

describe('Readiness on real Kubernetes', () => {
  let test: TestNamespace;
  const waits = new Map<string, Promise<SlipwayError | undefined>>();
  const manifests = new Map<string, string>();

  /** Applies a scenario, and waits for it in the background: those that take half a minute run side by side. */
  function start(name: string, yaml: string, timeoutMs = 150_000): void {
    test.kubectl(['apply', '-f', '-'], yaml);
    manifests.set(name, yaml);
    waits.set(name, outcomeOf(yaml, timeoutMs));
  }

  function outcomeOf(
    yaml: string,
    timeoutMs: number,
    overrides: Partial<Tools> = {},
  ): Promise<SlipwayError | undefined> {
    return waitReady({ objects: awaitedOf(yaml), timeoutMs, subject: 'web' }, test.edge(overrides)).then(
      () => undefined,
      (error: unknown) => error as SlipwayError,
    );
  }

  function awaitedOf(yaml: string): AwaitedObject[] {
    return parseAllDocuments(yaml).map((document, index) => {
      const parsed = document.toJS() as LiveObject;
      const object = { ...parsed, metadata: { ...parsed.metadata, namespace: test.namespace } };
      const collection = (COLLECTIONS[object.kind ?? ''] ?? '').replace('NS', test.namespace);
      return { object, path: `${collection}/${object.metadata.name}`, source: `k8s/web.yaml#${index + 1}` };
    });
  }

  /** Deploys as a task does; tells how long its longest `kubectl apply` took. */
  async function deployConfigMaps(
    owner: string,
    names: readonly string[],
  ): Promise<{ readonly changes: readonly ObjectChange[]; readonly longestApplyMs: number }> {
    const edge = test.edge();
    let longestApplyMs = 0;
    const attempt: Kubectl['attempt'] = async (args, options) => {
      const began = performance.now();
      const result = await edge.kubectl.attempt(args, options);
      if (args[0] === 'apply') longestApplyMs = Math.max(longestApplyMs, performance.now() - began);
      return result;
    };
    const objects = parseObjects(
      names.map((name) => `{apiVersion: v1, kind: ConfigMap, metadata: {name: ${name}}}`).join('\n---\n'),
    );
    const { changes } = await deployToKubernetes(
      { owner, objects, images: new Map(), timeoutMs: 120_000 },
      { isShared: false },
      { ...edge, kubectl: { ...edge.kubectl, attempt } },
    );
    return { changes, longestApplyMs };
  }

  beforeAll(() => {
    test = openTestNamespace('readiness');
    test.kubectl(['wait', 'nodes', '--all', '--for=condition=Ready', '--timeout=110s']);
    const secret =
      'apiVersion: v1\nkind: Secret\nmetadata: { name: database }\nstringData: { password: hunter2secret }\n';
    start(
      'crash',
      `${secret}---${workload('Deployment', 'crash', podSpec('echo cannot connect with hunter2secret; exit 3'))}`,
    );
    const init = `terminationGracePeriodSeconds: 0, initContainers: [${container('echo no schema; exit 4').replace('name: app', 'name: migrate')}], containers: [${container(SERVE)}]`;
    start('init', workload('StatefulSet', 'init', init, '  serviceName: init\n'));
    start('nowhere', workload('Deployment', 'nowhere', `nodeSelector: { disk: quantum }, ${podSpec(SERVE)}`));
    start('image', workload('Deployment', 'image', podSpec(SERVE).replace(TEST_IMAGE, 'localhost/nothing:i-0123')));
    start(
      'reference',
      workload('Deployment', 'reference', podSpec(SERVE, ', envFrom: [{ secretRef: { name: missing } }]')),
    );
    const mount = `${podSpec(SERVE, ', volumeMounts: [{ name: files, mountPath: /files }]')}, volumes: [{ name: files, configMap: { name: absent } }]`;
    start('mount', workload('Deployment', 'mount', mount));
    start('program', workload('DaemonSet', 'program', podSpec(SERVE).replace('[sh, -c,', '[/no/such/program, -c,')));
    start('job', job('job', 'echo migration 7 is broken; exit 6'));
    start('never', workload('Deployment', 'never', podSpec(SERVE, SLOW_START)), 8_000);
  });
  afterAll(() => test.close());

  it('is reached by Deployments, StatefulSets, DaemonSets, Jobs, Pods and Services', async () => {
    const all = [
      workload('Deployment', 'web', podSpec('sleep 1; touch /tmp/ready; sleep 100000', SLOW_START)),
      workload('StatefulSet', 'set', podSpec(SERVE), '  serviceName: set\n  replicas: 2\n'),
      workload('DaemonSet', 'agent', podSpec(SERVE)),
      job('done', 'echo done'),
      `apiVersion: v1\nkind: Pod\nmetadata: { name: once }\nspec: { restartPolicy: Never, ${podSpec('true')} }\n`,
      'apiVersion: v1\nkind: Service\nmetadata: { name: web }\nspec: { selector: { app: web }, ports: [{ port: 80 }] }\n',
    ].join('\n---\n');
    start('all', all);
    expect(await waits.get('all')).toBeUndefined();
    expect(test.kubectl(['get', 'deployment/web', '-o', 'jsonpath={.status.readyReplicas}'])).toBe('1');
    expect(test.kubectl(['get', 'statefulset/set', '-o', 'jsonpath={.status.readyReplicas}'])).toBe('2');
    expect(test.kubectl(['get', 'job/done', '-o', 'jsonpath={.status.succeeded}'])).toBe('1');
    // What is ready already costs a few requests, and no pause.
    const began = performance.now();
    expect(await outcomeOf(all, 1_000)).toBeUndefined();
    expect(performance.now() - began).toBeLessThan(1_000);
  });

  it('ends at once when the task is cancelled while it waits', async () => {
    const cancellation = new AbortController();
    const outcome = outcomeOf(workload('Deployment', 'never', podSpec(SERVE)), 60_000, { signal: cancellation.signal });
    await sleep(500);
    const began = performance.now();
    cancellation.abort(new Error('The task was cancelled.'));
    expect((await outcome)?.message).toBe('The task was cancelled.');
    expect(performance.now() - began).toBeLessThan(500);
  });

  it('is told of while it is waited for, and at the end of its time with reasons and events', async () => {
    const error = await waits.get('never');
    expect(error?.code).toBe('READINESS_TIMED_OUT');
    expect(error?.message).toContain(
      `After 8 s these are not ready: \n  Deployment ${test.namespace}/never: 0 of 1 pods are available`,
    );
    expect(error?.problem.toolOutput).toMatch(
      /pod never-\S+, container app: runs, and its readiness probe does not succeed/,
    );
    expect(error?.problem.toolOutput).toContain('event Unhealthy');
    expect(test.lines).toContainEqual(
      expect.stringMatching(/^web: waiting for Deployment \S+\/never: 0 of 1 pods are available \(\d s\)$/),
    );
  });

  it.each([
    [
      'job',
      'READINESS_JOB_FAILED',
      /^k8s\/web\.yaml#1: Job \S+\/job failed \(Job has reached the specified backoff limit\)/,
      'migration 7 is broken',
    ],
    [
      'program',
      'READINESS_POD_INVALID',
      /DaemonSet \S+\/program .* \(.*exec: "\/no\/such\/program": .*no such file/,
      'event Failed',
    ],
    [
      'image',
      'READINESS_IMAGE_NOT_PULLED',
      /the image of the container "app" of the pod image-\S+ cannot be pulled \(.*localhost\/nothing:i-0123/,
      'event Failed',
    ],
    [
      'reference',
      'READINESS_POD_INVALID',
      /cannot be started as it is asked for \(secret "missing" not found\)/,
      'CreateContainerConfigError',
    ],
    [
      'mount',
      'READINESS_POD_INVALID',
      /\(the ConfigMap "absent", which it mounts, is not there\)/,
      'event FailedMount',
    ],
    [
      'nowhere',
      'READINESS_POD_UNSCHEDULABLE',
      /no node takes the pod nowhere-\S+ \(0\/\d nodes are available/,
      'event FailedScheduling',
    ],
    [
      'init',
      'READINESS_POD_CRASH_LOOP',
      /StatefulSet \S+\/init .* the container "migrate" of the pod init-0 ended 4 times, last with exit code 4/,
      'no schema',
    ],
    [
      'crash',
      'READINESS_POD_CRASH_LOOP',
      /^k8s\/web\.yaml#2: Deployment \S+\/crash .* ended 4 times, last with exit code 3/,
      'cannot connect with [redacted]',
    ],
  ])('is given up early where it cannot come: %s', async (name, code, message, output) => {
    const error = await waits.get(name);
    expect(error).toMatchObject({ code, message: expect.stringMatching(message) });
    expect(error?.problem.toolOutput).toContain(output);
  });

  it('is told of whole in the diagnostics of a failed test, without Secret values', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'sliptest-diagnostics-'));
    try {
      const objects = ['crash', 'init', 'gone'].flatMap((name) =>
        awaitedOf(manifests.get(name) ?? workload('Deployment', 'gone', podSpec(SERVE))),
      );
      const paths = await collectObjectDiagnostics({ objects, folder }, test.edge());
      const names = paths.map((path) => relative(folder, path)).toSorted();
      const pod = names.map((name) => /^(\S+_crash-[^/]+)\/app\.log$/.exec(name)?.[1]).find(Boolean) ?? '';
      expect(names).toEqual(
        expect.arrayContaining([
          'events.txt',
          'objects.json',
          'states.txt',
          `${pod}/app.log`,
          `${pod}/app.previous.log`,
          `${test.namespace}_init-0/migrate.previous.log`,
        ]),
      );
      const read = (name: string): string => readFileSync(join(folder, name), 'utf8');
      expect(read(`${pod}/app.previous.log`)).toMatch(/^\d{4}-\S+Z cannot connect with \[redacted\]\n$/);
      expect(read('states.txt')).toMatch(/Deployment \S+\/crash: pending \(LessAvailable\)/);
      expect(read('states.txt')).toMatch(/Deployment \S+\/gone: it is not there/);
      expect(read('states.txt')).toMatch(/container migrate: not ready, waits \(CrashLoopBackOff/);
      expect(read('events.txt')).toContain('BackOff');
      for (const name of names) expect(read(name)).not.toContain('hunter2secret');
      expect(read('objects.json')).toContain('"[redacted]"');
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });

  it('comes although the API server does not answer for 20 s, and a deploy in the middle of its objects goes on', async () => {
    const [controlPlane] = test.listNodes();
    const signalServer = async (signal: string): Promise<void> => {
      const { status, output } = await controlPlane!.exec(['sh', '-c', `kill -${signal} $(pidof kube-apiserver)`]);
      if (status !== 'ok') throw new Error(output);
    };
    start(
      'outage',
      workload('Deployment', 'outage', podSpec('sleep 4; touch /tmp/ready; sleep 100000', SLOW_START)),
      // The controllers lose their leases meanwhile and start anew, which takes them longer than the pod.
      120_000,
    );
    const names = Array.from({ length: 200 }, (_, index) => `many-${index}`);
    const deploy = deployConfigMaps('many', names);
    const configMaps = `/api/v1/namespaces/${test.namespace}/configmaps`;
    const { api } = test.edge();
    await until('the first object is there', async () => (await api.get(`${configMaps}/many-0`)).status === 'ok');
    await signalServer('STOP');
    try {
      await sleep(20_000);
    } finally {
      await signalServer('CONT');
    }
    const { changes, longestApplyMs } = await deploy;
    expect(longestApplyMs).toBeGreaterThan(20_000); // It was sending when the server went.
    expect(changes.map(({ name, change }) => `${name} ${change}`)).toEqual(names.map((name) => `${name} created`));
    const inventory = await readInventory('many', test.edge());
    expect(inventory && isAsLeft(inventory, await readInventoryObjects(inventory, test.edge()))).toBe(true);
    expect(inventory?.objects).toHaveLength(names.length);
    expect(await waits.get('outage')).toBeUndefined();
    expect(test.lines).toContainEqual(
      expect.stringMatching(/^web: the API server does not answer \(.+\); waiting for it$/),
    );
    expect(test.lines).toContainEqual(expect.stringMatching(/^web: the API server answers again, after \d\d s$/));
    await until('the controllers work', () => test.kubectl(['get', '--raw', '/readyz']) === 'ok');
  });
});
