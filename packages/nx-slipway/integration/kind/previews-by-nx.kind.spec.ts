import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { NxWorkspace, type Outcome } from '../nx-workspace';
import { openTestNamespace, TEST_IMAGE, type TestNamespace } from './kind-test-cluster';

let test: TestNamespace;
let workspace: NxWorkspace;
let env: NodeJS.ProcessEnv;

const configMap = (value: string): string =>
  `{apiVersion: v1, kind: ConfigMap, metadata: {name: boat-settings}, data: {key: "${value}"}}\n`;

const CHART = {
  'boat/chart/Chart.yaml': 'apiVersion: v2\nname: boat\nversion: 0.1.0\n',
  'boat/chart/values.yaml': 'note: "1"\n',
  'boat/chart/templates/all.yaml': `
apiVersion: v1
kind: ConfigMap
metadata: {name: boat-chart}
data: {note: "{{ .Values.note }}", image: ${TEST_IMAGE}}
`,
};

beforeAll(async () => {
  test = openTestNamespace('previews');
  const cluster = { provider: 'existing', allowedKubeContexts: ['kind-*'], namespace: test.namespace };
  const helm = [{ release: 'boat', chart: '{projectRoot}/chart' }];
  workspace = await NxWorkspace.create({
    'nx.json': JSON.stringify({ plugins: [{ plugin: 'nx-slipway', options: { cluster } }] }),
    'boat/project.json': JSON.stringify({ name: 'boat', targets: { 'deploy-only': { options: { helm } } } }),
    'boat/k8s/settings.yaml': configMap('1'),
    ...CHART,
  });
  env = { KUBECONFIG: test.cluster.kubeconfig, NX_SLIPWAY_STATE_DIR: join(workspace.root, 'state') };
}, 60_000);
afterAll(async () => {
  await workspace.remove();
  test.close();
});

const deploy = (...args: readonly string[]): Promise<Outcome> =>
  workspace.nxWith(env, 'run', 'boat:deploy-only', '--output-style=stream', ...args);

const read = (name: string, path: string): string =>
  test.kubectl(['get', 'configmap', name, '--ignore-not-found', `--output=jsonpath={${path}}`]);

describe('deploy-only by Nx', () => {
  it('previews and renders what a deploy with a chart would apply, and changes nothing', async () => {
    const preview = await deploy('--dryRun', '--render=out');
    expect(preview).toMatchObject({ exitCode: 0 });
    expect(preview.output).toContain('helm release boat would be installed');
    expect(preview.output).toMatch(/\+ +key: "1"/);
    expect(preview.output).toContain('boat: nothing was changed (--dryRun)');
    expect(read('boat-settings', '.data.key')).toBe('');
    expect(read('boat-chart', '.data.note')).toBe('');
    const files = readdirSync(join(workspace.root, 'out'), { recursive: true, withFileTypes: true });
    const texts = files
      .filter((file) => file.isFile())
      .map((file) => readFileSync(join(file.parentPath, file.name), 'utf8'));
    expect(texts.filter((text) => /name: boat-(settings|chart)/.test(text))).toHaveLength(2);
  }, 120_000);

  it('deploys the same then, and previews only what is different', async () => {
    expect(await deploy()).toMatchObject({ exitCode: 0 });
    expect([read('boat-settings', '.data.key'), read('boat-chart', '.data.note')]).toEqual(['1', '1']);
    expect((await deploy('--dryRun')).output).toContain('boat: nothing would change');
    await workspace.write({ 'boat/k8s/settings.yaml': configMap('2') });
    const { output } = await deploy('--dryRun');
    expect(output).toMatch(/\+ +key: "2"/);
    expect(output).not.toContain('helm release');
    expect(read('boat-settings', '.data.key')).toBe('1');
  }, 120_000);

  it('names an image that no project builds before anything is applied', async () => {
    const pod = '{apiVersion: v1, kind: Pod, metadata: {name: boat}, spec: {containers: [{name: a, image: nobody}]}}\n';
    await workspace.write({ 'boat/k8s/boat.yaml': pod });
    const { exitCode, output } = await deploy();
    expect(exitCode).toBe(1);
    expect(output).toMatch(/DEPLOY_IMAGE_UNKNOWN {2}boat\/k8s\/boat\.yaml#1 names the image nobody/);
    // Not that of the manifest before it, which has changed, either.
    expect(read('boat-settings', '.data.key')).toBe('1');
  }, 60_000);
});
