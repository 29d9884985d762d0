import type { DeployRequest } from '../../src/clusters/cluster';
import { applyObjects, type AppliedObjects } from '../../src/clusters/kubernetes/apply/apply-objects';
import { withDeployLock } from '../../src/clusters/kubernetes/apply/deploy-lock';
import { finishDeploy } from '../../src/clusters/kubernetes/apply/finish-deploy';
import type { DeployOutcome } from '../../src/clusters/kubernetes/apply/inventory';
import { isAsLeft, readInventoryObjects } from '../../src/clusters/kubernetes/apply/is-as-left';
import { readInventory } from '../../src/clusters/kubernetes/apply/read-inventory';
import type { KubernetesTools } from '../../src/clusters/kubernetes/kubernetes-tools';
import { parseObjects } from '../../src/clusters/podman/testing/parse-objects';
import { openTestNamespace, TEST_IMAGE, until, type TestNamespace } from './kind-test-cluster';

let place: TestNamespace;
/** Arguments of each kubectl command that the code under test has run. */
let commands: string[][];
let edge: KubernetesTools;

beforeAll(() => {
  place = openTestNamespace('apply');
});
afterAll(() => place.close());
beforeEach(() => {
  const own = place.edge();
  commands = [];
  edge = {
    ...own,
    kubectl: {
      ...own.kubectl,
      attempt: (args, options) => {
        commands.push([...args]);
        return own.kubectl.attempt(args, options);
      },
    },
  };
});

const outcome: DeployOutcome = {
  note: { fingerprint: 'f', manifestsDigest: 'sha256:0', images: [] },
  endpoints: [],
  notices: [],
};

const requestOf = (owner: string, yaml: string, more: Partial<DeployRequest> = {}): DeployRequest => ({
  owner,
  objects: parseObjects(yaml),
  images: new Map(),
  timeoutMs: 60_000,
  ...more,
});

const apply = (owner: string, yaml: string, more: Partial<DeployRequest> = {}): Promise<AppliedObjects> =>
  applyObjects(requestOf(owner, yaml, more), edge);

/** Applies, and ends as a deploy does whose objects are ready. */
async function deploy(owner: string, yaml: string, more: Partial<DeployRequest> = {}): Promise<string[]> {
  const applied = await apply(owner, yaml, more);
  const removed = await finishDeploy(applied, outcome, { owner, ...more }, edge);
  return [...applied.changes, ...removed].map(({ kind, name, change }) => `${kind} ${name} ${change}`);
}

async function isUntouched(owner: string): Promise<boolean> {
  const inventory = await readInventory(owner, edge);
  return inventory?.outcome !== undefined && isAsLeft(inventory, await readInventoryObjects(inventory, edge));
}

const configMap = (name: string, value: string, more = ''): string =>
  `{apiVersion: v1, kind: ConfigMap, metadata: {name: ${name}${more}}, data: {key: "${value}"}}`;

const deployment = (name: string, spec: string, app = name): string => `
apiVersion: apps/v1
kind: Deployment
metadata: {name: ${name}}
spec:
  ${spec}
  selector: {matchLabels: {app: ${app}}}
  template:
    metadata: {labels: {app: ${app}}}
    spec:
      containers: [{name: app, image: '${TEST_IMAGE}', imagePullPolicy: IfNotPresent, command: [sleep, infinity]}]`;

const job = (name: string, command: string, more = ''): string => `
apiVersion: batch/v1
kind: Job
metadata: {name: ${name}}
spec:
  backoffLimit: 0
  ${more}
  template:
    spec:
      restartPolicy: Never
      terminationGracePeriodSeconds: 0
      containers: [{name: app, image: '${TEST_IMAGE}', imagePullPolicy: IfNotPresent, command: [sh, -c, '${command}']}]`;

const documents = (...texts: string[]): string => texts.join('\n---\n');

describe('what a deploy does to objects', () => {
  it('is told, needs one kubectl command, and is recognised afterwards', async () => {
    const both = documents(configMap('told-a', '1'), deployment('told-b', 'replicas: 0'));
    expect(await deploy('told', both)).toEqual(['ConfigMap told-a created', 'Deployment told-b created']);
    expect(commands.map(([verb]) => verb)).toEqual(['apply']);
    const changed = documents(configMap('told-a', '2'), deployment('told-b', 'replicas: 0'));
    expect(await deploy('told', changed)).toEqual(['ConfigMap told-a configured', 'Deployment told-b unchanged']);
    await until('the Deployment is settled and the deploy recorded as it is', async () => {
      await deploy('told', changed);
      return isUntouched('told');
    });
  });

  it.each([
    ['a value', (name: string) => ['patch', 'configmap', name, '--patch', '{"data":{"key":"other"}}']],
    ['a label', (name: string) => ['label', 'configmap', name, 'a=b']],
    ['all of it', (name: string) => ['delete', 'configmap', name]],
  ])('is seen to be different when somebody changes %s', async (what, change) => {
    const name = `touched-${what.replaceAll(' ', '-')}`;
    await deploy(name, documents(configMap(name, '1'), configMap(`${name}-2`, '1')));
    expect(await isUntouched(name)).toBe(true);
    place.kubectl(change(name));
    expect(await isUntouched(name)).toBe(false);
  });

  it('takes a deploy that was not finished for none', async () => {
    await deploy('unfinished', configMap('unfinished', '1'));
    await apply('unfinished', configMap('unfinished', '1'));
    expect(await isUntouched('unfinished')).toBe(false);
  });
});

describe('what a deploy no longer has', () => {
  it('is removed once the deploy is finished, but for what holds data, unless asked for', async () => {
    const claim = `{apiVersion: v1, kind: PersistentVolumeClaim, metadata: {name: prune-c}, spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Mi}}}}`;
    await deploy('prune', documents(configMap('prune-a', '1'), configMap('prune-b', '1'), claim));
    await apply('prune', configMap('prune-a', '1'));
    expect(place.kubectl(['get', 'configmap', 'prune-b', '--output=name'])).toBe('configmap/prune-b\n');
    expect(await deploy('prune', configMap('prune-a', '1'))).toEqual([
      'ConfigMap prune-a unchanged',
      'ConfigMap prune-b removed',
    ]);
    expect(place.kubectl(['get', 'pvc', '--output=name'])).toBe('persistentvolumeclaim/prune-c\n');
    const asked = await deploy('prune', configMap('prune-a', '1'), { pruneKinds: ['PersistentVolumeClaim'] });
    expect(asked).toEqual(['ConfigMap prune-a unchanged', 'PersistentVolumeClaim prune-c removed']);
  });

  it('is left alone when it has become somebody else’s', async () => {
    await deploy('given', documents(configMap('given-a', '1'), configMap('given-b', '1')));
    await deploy('taker', configMap('given-b', '1'), { knownOwners: ['taker'] });
    expect(await deploy('given', configMap('given-a', '1'))).toEqual(['ConfigMap given-a unchanged']);
    expect(place.kubectl(['get', 'configmap', 'given-b', '--output=name'])).toBe('configmap/given-b\n');
  });

  it('belongs to one project only: an object of another one that still deploys is refused', async () => {
    await deploy('first', configMap('owned', '1'));
    await expect(apply('second', configMap('owned', '1'), { knownOwners: ['first', 'second'] })).rejects.toMatchObject({
      code: 'CLUSTER_OBJECT_OWNED',
      message: expect.stringContaining('is deployed by the project first already'),
    });
  });
});

describe('an object that the server refuses', () => {
  it('names the field of a value that is not valid', async () => {
    await expect(apply('invalid', deployment('invalid', 'replicas: -1'))).rejects.toMatchObject({
      code: 'CLUSTER_OBJECT_INVALID',
      message: expect.stringContaining('test.yaml#1: Deployment "invalid" is not valid at spec.replicas'),
    });
  });

  it('names a field that does not exist, among several objects', async () => {
    const wrong = documents(
      configMap('typo-a', '1'),
      deployment('typo', 'replicaz: 1'),
      deployment('typo-c', 'replicas: 0'),
    );
    await expect(apply('typo', wrong)).rejects.toMatchObject({
      code: 'CLUSTER_OBJECT_INVALID',
      message: expect.stringContaining('test.yaml#2: Deployment "typo" is not valid at .spec.replicaz'),
    });
  });

  it('has a field that cannot change: the fix is a command', async () => {
    await apply('immutable', deployment('immutable', 'replicas: 0'));
    const failure = apply('immutable', deployment('immutable', 'replicas: 0', 'other'));
    await expect(failure).rejects.toMatchObject({
      code: 'CLUSTER_FIELD_IMMUTABLE',
      message: expect.stringContaining('does not let spec.selector change'),
      problem: { hint: expect.stringContaining(`delete deployment.apps/immutable --namespace ${place.namespace}`) },
    });
  });

  it('is in a namespace that is not there', async () => {
    await expect(apply('nowhere', configMap('nowhere', '1', ', namespace: slipway-nowhere'))).rejects.toMatchObject({
      code: 'CLUSTER_NAMESPACE_MISSING',
      message: expect.stringContaining('has no namespace slipway-nowhere'),
    });
  });

  it('is of a kind that the cluster does not know; nothing is changed then', async () => {
    const foo = `{apiVersion: acme.example/v1, kind: Foo, metadata: {name: foo}}`;
    await expect(apply('unknown', documents(configMap('unknown', '1'), foo))).rejects.toMatchObject({
      code: 'CLUSTER_KIND_UNKNOWN',
    });
    expect(place.kubectl(['get', 'configmap', 'unknown', '--ignore-not-found', '--output=name'])).toBe('');
  });

  it('does not show the values of Secrets', async () => {
    const secret = `{apiVersion: v1, kind: Secret, metadata: {name: hidden}, stringData: {key: hunter2hunter2}, immutable: true}`;
    await apply('hidden', secret);
    const failure: unknown = await apply('hidden', secret.replaceAll('hunter2hunter2', 'hunter3hunter3')).catch(
      (error: unknown) => error,
    );
    expect(failure).toMatchObject({ code: 'CLUSTER_FIELD_IMMUTABLE' });
    expect(JSON.stringify(failure)).not.toMatch(/hunter|aHVudGVy/);
  });
});

describe('a field that somebody else has set', () => {
  it('ends the deploy, and says who, unless it is to be taken over', async () => {
    const two = documents(configMap('conflict-a', '1'), deployment('conflict', 'replicas: 0'));
    await deploy('conflict', two);
    place.kubectl(['scale', 'deployment/conflict', '--replicas=2']);
    await expect(apply('conflict', two)).rejects.toMatchObject({
      code: 'CLUSTER_FIELD_CONFLICT',
      message: expect.stringMatching(/Deployment conflict in .*\n {2}\.spec\.replicas is set by "kubectl"/),
    });
    expect(await deploy('conflict', two, { forceConflicts: true })).toContain('Deployment conflict configured');
    expect(place.kubectl(['get', 'deployment/conflict', '--output=jsonpath={.spec.replicas}'])).toBe('0');
  });
});

describe('definitions and namespaces', () => {
  it('come before their objects, and stay when they are no longer named', async () => {
    const group = `${place.namespace}.example`;
    const definition = `
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: ships.${group}}
spec:
  group: ${group}
  scope: Namespaced
  names: {kind: Ship, plural: ships}
  versions:
    - {name: v1, served: true, storage: true, schema: {openAPIV3Schema: {type: object, x-kubernetes-preserve-unknown-fields: true}}}`;
    const ship = `{apiVersion: ${group}/v1, kind: Ship, metadata: {name: argo, namespace: ${place.namespace}-2}, spec: {oars: 50}}`;
    const namespace = `{apiVersion: v1, kind: Namespace, metadata: {name: ${place.namespace}-2}}`;
    try {
      expect(await deploy('custom', documents(ship, definition, namespace))).toEqual([
        `Namespace ${place.namespace}-2 created`,
        `CustomResourceDefinition ships.${group} created`,
        'Ship argo created',
      ]);
      expect(await isUntouched('custom')).toBe(true);
      commands.splice(0);
      await apply('custom', documents(ship, definition, namespace));
      expect(commands.map(([verb]) => verb)).toEqual(['apply']);
      expect(await deploy('custom', configMap('custom', '1'))).toEqual([
        'ConfigMap custom created',
        'Ship argo removed',
      ]);
    } finally {
      place.kubectl(['delete', 'namespace', `${place.namespace}-2`, '--wait=false', '--ignore-not-found']);
      place.kubectl(['delete', 'crd', `ships.${group}`, '--wait=false', '--ignore-not-found']);
    }
  });
});

describe('a Job', () => {
  const runs = (): string[] =>
    place
      .kubectl(['get', 'events', '--field-selector=reason=SuccessfulCreate', '--output=jsonpath={.items[*].message}'])
      .match(/Created pod: seed-\w+/g) ?? [];

  it('is run again only when it has changed or has failed, also when the cluster has removed it since', async () => {
    await applyUntilComplete('seeder', job('seed', 'true'));
    expect(await deploy('seeder', job('seed', 'true'))).toEqual(['Job seed unchanged']);
    place.kubectl(['delete', 'job', 'seed']);
    expect(await deploy('seeder', job('seed', 'true'))).toEqual(['Job seed unchanged']);
    expect(await isUntouched('seeder')).toBe(true);
    expect(runs()).toHaveLength(1);
    expect((await apply('seeder', job('seed', 'false'))).changes).toMatchObject([{ change: 'created' }]);
    await until('the Job has failed', () => jobCondition('seed').includes('Failed'));
    expect((await apply('seeder', job('seed', 'false'))).changes).toMatchObject([{ change: 'replaced' }]);
    await applyUntilComplete('seeder', job('seed', 'echo other'));
    expect((await apply('seeder', job('seed', 'echo other'))).changes).toMatchObject([{ change: 'unchanged' }]);
  });
});

describe('two deploys at once', () => {
  it('of one owner run one after the other, on one machine and on two', async () => {
    const order: string[] = [];
    const alone = (name: string, isShared: boolean, on: KubernetesTools): Promise<void> =>
      withDeployLock({ owner: 'alone', isShared }, on, async () => {
        order.push(`${name} begins`);
        await deploy('alone', configMap('alone', name));
        order.push(`${name} ends`);
      });
    await Promise.all([alone('a', false, edge), alone('b', false, edge)]);
    const elsewhere = { ...edge, machineStore: `${edge.machineStore}-2` };
    await Promise.all([alone('c', true, edge), alone('d', true, elsewhere)]);
    expect(order.map((line) => line.split(' ')[1])).toEqual(Array(4).fill(['begins', 'ends']).flat());
    expect(place.lines.join('\n')).toMatch(/waits for another deploy of alone, by /);
  });

  it('of two owners to one namespace run side by side, and remove nothing of each other', async () => {
    const names = ['side-a', 'side-b', 'side-c'];
    await Promise.all(names.map((name) => deploy(name, configMap(name, '1'))));
    const done = await Promise.all(names.map((name) => deploy(name, configMap(name, '1'))));
    expect(done.flat()).toEqual(names.map((name) => `ConfigMap ${name} unchanged`));
  });
});

const jobCondition = (name: string): string =>
  place.kubectl(['get', `job/${name}`, '--output=jsonpath={.status.conditions[*].type}']);

async function applyUntilComplete(owner: string, yaml: string): Promise<void> {
  const applied = await apply(owner, yaml);
  await until('the Job has run', () => jobCondition('seed').includes('Complete'));
  await finishDeploy(applied, outcome, { owner }, edge);
}
