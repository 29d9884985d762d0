import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { DeployRequest, HelmRelease } from '../../src/clusters/cluster';
import { applyObjects } from '../../src/clusters/kubernetes/apply/apply-objects';
import { finishDeploy } from '../../src/clusters/kubernetes/apply/finish-deploy';
import { isAsLeft, readInventoryObjects } from '../../src/clusters/kubernetes/apply/is-as-left';
import { previewObjects } from '../../src/clusters/kubernetes/apply/preview-objects';
import { readInventory } from '../../src/clusters/kubernetes/apply/read-inventory';
import { parseObjects } from '../../src/clusters/podman/testing/parse-objects';
import { prepareRelease } from '../../src/deploy/helm/prepare-release';
import { renderRelease } from '../../src/deploy/helm/render-release';
import { digestManifestFiles } from '../../src/deploy/list-manifest-files';
import { readManifests } from '../../src/deploy/read-manifests';
import { openTestNamespace, TEST_IMAGE, type TestNamespace } from './kind-test-cluster';

let place: TestNamespace;
let workspaceRoot: string;

beforeAll(() => {
  place = openTestNamespace('manifests');
  workspaceRoot = mkdtempSync(join(tmpdir(), 'sliptest-manifests-'));
});
afterAll(() => {
  place.close();
  rmSync(workspaceRoot, { recursive: true, force: true });
});

function write(files: Readonly<Record<string, string>>): void {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(workspaceRoot, path)), { recursive: true });
    writeFileSync(join(workspaceRoot, path), text);
  }
}

const configMap = (name: string, value: string): string =>
  `{apiVersion: v1, kind: ConfigMap, metadata: {name: ${name}}, data: {key: "${value}"}}`;

const requestOf = (owner: string, yaml: string, more: Partial<DeployRequest> = {}): DeployRequest => ({
  owner,
  objects: yaml === '' ? [] : parseObjects(yaml),
  images: new Map(),
  timeoutMs: 60_000,
  ...more,
});

async function deploy(request: DeployRequest): Promise<string[]> {
  const edge = place.edge();
  const applied = await applyObjects(request, edge);
  const removed = await finishDeploy(applied, undefined, request, edge);
  return [...applied.changes, ...removed].map(({ kind, name, change }) => `${kind} ${name} ${change}`);
}

describe('a kustomization', () => {
  it('is rendered by kubectl, and what it is made of decides whether a deploy is the same', async () => {
    write({
      'k8s/base/kustomization.yaml': 'resources: [web.yaml]',
      'k8s/base/web.yaml': configMap('web', '1'),
      'k8s/dev/kustomization.yaml': 'resources: [../base]\nnamePrefix: dev-',
    });
    const selection = { project: 'web', workspaceRoot, manifests: ['k8s/dev'] };
    const [only, ...others] = await readManifests(selection, place.edge().tools);
    expect([only?.object.metadata.name, only?.source, others]).toEqual(['dev-web', 'k8s/dev#1', []]);
    const before = await digestManifestFiles(selection);
    expect(await digestManifestFiles(selection)).toEqual(before);
    write({ 'k8s/base/web.yaml': configMap('web', '2') });
    expect(await digestManifestFiles(selection)).not.toEqual(before);
    write({ 'k8s/dev/kustomization.yaml': 'resources: [gone.yaml]' });
    await expect(readManifests(selection, place.edge().tools)).rejects.toMatchObject({
      code: 'DEPLOY_KUSTOMIZE_FAILED',
      problem: { toolOutput: expect.stringContaining('gone.yaml') },
    });
    expect(await digestManifestFiles(selection)).not.toEqual(await digestManifestFiles(selection));
  });
});

describe('a helm release', () => {
  const [repository, tag] = TEST_IMAGE.split(':') as [string, string];

  const prepare = (more: object = {}): Promise<HelmRelease> =>
    prepareRelease(
      { release: 'boat', chart: 'chart', values: [], images: { 'image.repository:image.tag': 'boat' }, ...more },
      new Map([['boat', `${repository}:${tag}`]]),
      { project: 'boat', workspaceRoot },
    );

  const hookRun = (): string => place.kubectl(['get', 'job/boat-migrate', '--output=jsonpath={.metadata.uid}']);

  beforeAll(() =>
    write({
      'chart/Chart.yaml': 'apiVersion: v2\nname: boat\nversion: 0.1.0\n',
      'chart/values.yaml': 'image: {repository: boat, tag: dev}\nnote: "1"\n',
      'more.yaml': 'note: "2"\n',
      'chart/templates/all.yaml': `
apiVersion: v1
kind: ConfigMap
metadata: {name: boat}
data: {image: "{{ .Values.image.repository }}:{{ .Values.image.tag }}", note: "{{ .Values.note }}"}
---
apiVersion: batch/v1
kind: Job
metadata:
  name: boat-migrate
  annotations: {helm.sh/hook: "pre-install,pre-upgrade", helm.sh/hook-delete-policy: before-hook-creation}
spec:
  template:
    spec:
      restartPolicy: Never
      containers:
        - {name: a, image: "{{ .Values.image.repository }}:{{ .Values.image.tag }}", imagePullPolicy: IfNotPresent, command: ["true"]}
`,
    }),
  );

  it('is installed with its images and hooks, left alone while nothing changes, upgraded, and uninstalled', async () => {
    const first = await prepare();
    const withNote = configMap('boat-note', '1');
    expect(await deploy(requestOf('boat', withNote, { releases: [first] }))).toEqual([
      'ConfigMap boat-note created',
      'HelmRelease boat created',
    ]);
    expect(place.kubectl(['get', 'configmap/boat', '--output=jsonpath={.data.image}'])).toBe(TEST_IMAGE);
    const run = hookRun();
    expect(await deploy(requestOf('boat', withNote, { releases: [first] }))).toContain('HelmRelease boat unchanged');
    expect(hookRun()).toBe(run);
    const edge = place.edge();
    const inventory = (await readInventory('boat', edge))!;
    expect(isAsLeft(inventory, await readInventoryObjects(inventory, edge))).toBe(true);
    place.kubectl(['delete', 'configmap', 'boat']);
    expect(isAsLeft(inventory, await readInventoryObjects(inventory, edge))).toBe(false);
    const second = await prepare({ values: ['more.yaml'] });
    expect(await previewObjects(requestOf('boat', withNote, { releases: [second] }), edge)).toEqual([
      'helm release boat would be upgraded',
    ]);
    expect(await deploy(requestOf('boat', withNote, { releases: [second] }))).toContain('HelmRelease boat configured');
    expect(hookRun()).not.toBe(run);
    expect(await deploy(requestOf('boat', withNote))).toContain('HelmRelease boat removed');
    expect(place.kubectl(['get', 'configmap', 'boat', '--ignore-not-found', '--output=name'])).toBe('');
  });

  it('is rendered without a cluster; a chart that is wrong is told', async () => {
    const objects = await renderRelease(await prepare(), place.edge().tools);
    expect(objects.map(({ object }) => object.kind).toSorted()).toEqual(['ConfigMap', 'Job']);
    write({ 'wrong/Chart.yaml': 'name: wrong\n' });
    await expect(renderRelease(await prepare({ chart: 'wrong' }), place.edge().tools)).rejects.toMatchObject({
      code: 'DEPLOY_HELM_TEMPLATE_FAILED',
    });
    await expect(prepare({ chart: 'gone' })).rejects.toMatchObject({ code: 'DEPLOY_CHART_MISSING' });
  });
});

describe('a preview', () => {
  it('shows what the server would change, what would be removed, and changes nothing', async () => {
    await deploy(requestOf('preview', [configMap('preview-a', '1'), configMap('preview-b', '1')].join('\n---\n')));
    const lines = await previewObjects(requestOf('preview', configMap('preview-a', '2')), place.edge());
    expect(lines).toEqual(expect.arrayContaining(['-  key: "1"', '+  key: "2"']));
    expect(lines.at(-1)).toBe(`ConfigMap preview-b in ${place.namespace} would be removed`);
    expect(place.kubectl(['get', 'configmap/preview-a', '--output=jsonpath={.data.key}'])).toBe('1');
    const same = [configMap('preview-a', '1'), configMap('preview-b', '1')].join('\n---\n');
    expect(await previewObjects(requestOf('preview', same), place.edge())).toEqual([]);
  });

  it('says what the server has against an object', async () => {
    const wrong = `{apiVersion: v1, kind: ConfigMap, metadata: {name: preview-w}, date: {}}`;
    await expect(previewObjects(requestOf('wrong', wrong), place.edge())).rejects.toMatchObject({
      code: 'CLUSTER_OBJECT_INVALID',
      message: expect.stringContaining('.date'),
    });
  });
});
