import { expandManifests } from './expand-manifests';

const FOLDERS: Readonly<Record<string, readonly string[]>> = {
  'web/k8s': ['b.yaml', 'a.yml', 'notes.md', 'values.json'],
  empty: ['notes.md'],
};

describe('expandManifests', () => {
  it.each([
    ['a file', ['./web/k8s/b.yaml'], ['web/k8s/b.yaml']],
    ['a folder', ['web/k8s/'], ['web/k8s/a.yml', 'web/k8s/b.yaml']],
    ['both, each file once', ['web/k8s/b.yaml', 'web/k8s'], ['web/k8s/b.yaml', 'web/k8s/a.yml']],
    ['what there is not', ['nowhere', 'empty'], ['nowhere', 'empty']],
  ])('takes %s', (_, manifests, files) => {
    expect(expandManifests(manifests, (folder) => FOLDERS[folder] ?? [])).toEqual(files);
  });
});
