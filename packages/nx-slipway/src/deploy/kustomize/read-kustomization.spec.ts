import type { ManifestTree } from '../manifest-tree';
import { findKustomization } from './find-kustomization';
import { readKustomization } from './read-kustomization';

const treeOf = (files: Readonly<Record<string, string>>): ManifestTree => ({
  read: (path) => files[path],
  list: (folder) =>
    Object.keys(files)
      .filter((path) => path.startsWith(`${folder}/`) && !path.slice(folder.length + 1).includes('/'))
      .map((path) => path.slice(folder.length + 1)),
});

describe('readKustomization', () => {
  it('follows every kind of reference, kustomizations in other folders included', () => {
    const tree = treeOf({
      'k8s/dev/kustomization.yaml': `
resources: [../base, extra.yaml]
components: [../component]
patches:
  - path: patch.yaml
  - patch: "[]"
    target: {kind: Deployment}
patchesStrategicMerge:
  - |-
    kind: Deployment
replacements: [{path: replace.yaml}]
configMapGenerator: [{name: a, files: [a.txt, "key=b.txt"], envs: [c.env]}]
secretGenerator: [{name: s, env: d.env}]
openapi: {path: schema.json}
images: [{name: web, newName: localhost/site, newTag: dev}]`,
      'k8s/base/kustomization.yml': 'resources: [web.yaml]',
      'k8s/base/web.yaml': '',
      'k8s/component/Kustomization': '{}',
      ...Object.fromEntries(
        ['extra.yaml', 'patch.yaml', 'replace.yaml', 'a.txt', 'b.txt', 'c.env', 'd.env', 'schema.json'].map((name) => [
          `k8s/dev/${name}`,
          '',
        ]),
      ),
      'k8s/dev/unused.yaml': '',
    });
    const { files, images, unread } = readKustomization('k8s/dev/kustomization.yaml', tree);
    expect(files).toEqual(
      [
        ...[
          'k8s/base/kustomization.yml',
          'k8s/base/web.yaml',
          'k8s/component/Kustomization',
          'k8s/dev/kustomization.yaml',
        ],
        ...['extra.yaml', 'patch.yaml', 'replace.yaml', 'a.txt', 'b.txt', 'c.env', 'd.env', 'schema.json'].map(
          (name) => `k8s/dev/${name}`,
        ),
      ].toSorted(),
    );
    expect([images, unread]).toEqual([['localhost/site'], []]);
  });

  it.each([
    ['another host', 'resources: ["https://example.com/base?ref=v1"]', 'https://example.com/base?ref=v1'],
    ['a file that is not there', 'resources: [gone.yaml]', 'gone.yaml'],
    ['a folder outside the workspace', 'resources: [../../out]', '../../out'],
    ['charts', 'helmCharts: [{name: a}]', 'helmCharts'],
    ['nothing that can be read', '"', 'k/kustomization.yaml'],
  ])('tells that it refers to %s', (_, text, unread) => {
    expect(readKustomization('k/kustomization.yaml', treeOf({ 'k/kustomization.yaml': text })).unread).toEqual([
      unread,
    ]);
  });

  it('ends where two kustomizations name each other', () => {
    const tree = treeOf({ 'a/kustomization.yaml': 'resources: [../b]', 'b/kustomization.yaml': 'resources: [../a]' });
    expect(readKustomization('a/kustomization.yaml', tree).files).toEqual([
      'a/kustomization.yaml',
      'b/kustomization.yaml',
    ]);
  });
});

describe('findKustomization', () => {
  it('takes a folder, and the file itself', () => {
    const tree = treeOf({ 'a/kustomization.yml': '', 'b/web.yaml': '' });
    expect(['a', 'a/kustomization.yml', 'b', 'b/web.yaml'].map((path) => findKustomization(path, tree))).toEqual([
      ...['a/kustomization.yml', 'a/kustomization.yml'],
      ...[undefined, undefined],
    ]);
  });
});
