import { listManifestInputs, type DeployedThings } from './list-manifest-inputs';
import type { WorkspaceFiles } from './workspace-files';

const filesOf = (texts: Readonly<Record<string, string>>): WorkspaceFiles => ({
  paths: Object.keys(texts),
  read: (path) => texts[path],
  readJson: () => undefined,
  list: (folder) =>
    Object.keys(texts)
      .filter((path) => path.startsWith(`${folder}/`) && !path.slice(folder.length + 1).includes('/'))
      .map((path) => path.slice(folder.length + 1)),
});

const nothing = { manifests: [], helm: [], imagePaths: {} };

describe('listManifestInputs', () => {
  it('finds the images and the files of a kustomization, wherever its bases are', () => {
    const files = filesOf({
      'k8s/dev/kustomization.yaml': 'resources: [../base]\nimages: [{name: web, newName: site}]',
      'k8s/base/kustomization.yaml': 'resources: [web.yaml]',
      'k8s/base/web.yaml': 'image: web:dev',
    });
    expect(listManifestInputs({ ...nothing, manifests: ['k8s/dev'] }, files)).toEqual({
      references: ['web:dev', 'site'],
      filesets: ['base/kustomization.yaml', 'base/web.yaml', 'dev/kustomization.yaml'].map(
        (path) => `{workspaceRoot}/k8s/${path}`,
      ),
    });
  });

  it('takes the images of releases from the option, and a whole chart for an input', () => {
    const helm: DeployedThings['helm'] = [
      { chart: 'charts/web', values: ['charts/dev.yaml'], images: { 'image.repository:image.tag': 'web' } },
      { chart: 'charts/db.tgz', values: [], images: {} },
      { chart: 'oci://example.com/queue', values: [], images: {} },
    ];
    expect(listManifestInputs({ ...nothing, helm }, filesOf({}))).toEqual({
      references: ['web'],
      filesets: ['charts/web/**/*', 'charts/db.tgz', 'charts/dev.yaml'].map((path) => `{workspaceRoot}/${path}`),
    });
  });

  it('finds images at configured paths', () => {
    const files = filesOf({
      'a.yaml': 'apiVersion: acme.example/v1\nkind: Ship\nmetadata: {name: a}\nspec: {hull: web}',
    });
    const request = { ...nothing, manifests: ['a.yaml'] };
    expect(listManifestInputs(request, files).references).toEqual([]);
    expect(listManifestInputs({ ...request, imagePaths: { Ship: ['spec.hull'] } }, files).references).toEqual(['web']);
  });
});
