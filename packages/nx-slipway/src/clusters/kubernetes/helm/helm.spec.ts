import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { buildHelmTargetArgs, buildUpgradeArgs } from './helm-commands';
import { explainHelmFailure } from './helm-problems';
import { parseRelease } from './parse-release';

describe('parseRelease', () => {
  it('reads the revision and the objects of a release, without what its hooks made (helm 3.19.4)', () => {
    const recorded = readFileSync(join(__dirname, 'fixtures', 'upgrade-output.json'), 'utf8');
    const { revision, objects } = parseRelease(recorded);
    expect(revision).toBe(1);
    expect(objects.map(({ kind, metadata }) => `${kind} ${metadata.name}`)).toEqual(['ConfigMap boat']);
  });

  it('takes the items of a list for objects, as helm does', () => {
    const item = (name: string): string => `{apiVersion: v1, kind: ConfigMap, metadata: {name: ${name}}}`;
    const list = `apiVersion: v1\nkind: ConfigMapList\nitems: [${item('a')}, ${item('b')}]\n---\n${item('c')}\n`;
    const { objects } = parseRelease(JSON.stringify({ version: 2, manifest: list }));
    expect(objects.map(({ kind, metadata }) => `${kind} ${metadata.name}`)).toEqual([
      'ConfigMap a',
      'ConfigMap b',
      'ConfigMap c',
    ]);
  });
});

describe('arguments of helm', () => {
  it('name the chart, its values and the images, and where', () => {
    const release = {
      ...{ name: 'web', chart: '/w/charts/web', namespace: undefined, version: undefined, digest: 'd' },
      valuesFiles: ['/w/dev.yaml'],
      values: { 'image.tag': 'i-01' },
    };
    expect(buildUpgradeArgs(release, 'shop', 61_000).join(' ')).toBe(
      'upgrade web /w/charts/web --install --create-namespace --namespace shop --values /w/dev.yaml --set-string image.tag=i-01 --timeout 61s --output json',
    );
    expect(buildHelmTargetArgs({ kubeconfig: '/k', kubeContext: 'kind-a', namespace: 'shop' })).toEqual([
      ...['--kubeconfig', '/k', '--kube-context', 'kind-a'],
    ]);
  });
});

describe('explainHelmFailure', () => {
  const place = { release: 'web', namespace: 'shop', action: 'installed' };

  it('tells a release whose operation was killed from one that cannot be installed', () => {
    const pending = 'Error: UPGRADE FAILED: another operation (install/upgrade/rollback) is in progress\n';
    const failure = { status: 'failed', exitCode: 1 } as const;
    expect(explainHelmFailure({ ...failure, stderr: pending }, place)).toMatchObject({ code: 'CLUSTER_HELM_PENDING' });
    expect(
      explainHelmFailure({ ...failure, stderr: 'Error: open nope.yaml: no such file or directory\n' }, place),
    ).toMatchObject({
      code: 'CLUSTER_HELM_FAILED',
      message: 'The release web in shop could not be installed: helm ended with exit code 1.',
    });
  });
});
