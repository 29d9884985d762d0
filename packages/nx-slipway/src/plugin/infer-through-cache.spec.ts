import type { FilteredTree } from '../build-context/filtered-tree';
import { inferProjects } from './infer-projects';
import { inferThroughCache, type InferenceCache, type KeptInference } from './infer-through-cache';
import { normalizePluginOptions } from './plugin-options';
import { workspaceInMemory, type FilesByPath } from './testing/workspace-in-memory';

const FILES = {
  'nx.json': {},
  'web/project.json': { name: 'web' },
  'web/Dockerfile': 'FROM debian\nCOPY k8s /\n',
  'web/k8s/a.yaml': 'image: web\n',
  'docker/api.Dockerfile': 'FROM debian\nCOPY conf /\n',
};

/** A cache as its file would keep it, and how often was inferred. */
class Lab {
  private text: string | undefined;
  inferred = 0;

  infer(
    contents: FilesByPath,
    settings: {
      options?: unknown;
      targetDefaults?: unknown;
      buildId?: string;
      hour?: number;
      link?: string;
      opens?: boolean;
    } = {},
  ) {
    const cache: InferenceCache = {
      read: () => (this.text === undefined ? undefined : (JSON.parse(this.text) as KeptInference)),
      write: (kept) => void (this.text = JSON.stringify(kept)),
    };
    const request = {
      files: workspaceInMemory(contents),
      pluginOptions: normalizePluginOptions(settings.options),
      targetDefaults: settings.targetDefaults,
      platform: 'linux/amd64',
      hour: settings.hour ?? 0,
      buildId: settings.buildId ?? 'build-1',
      contexts: {
        isLink: (path: string) => path === settings.link,
        openTree: () => ({}) as FilteredTree,
        goGroundOf: () => {
          throw new Error('there is no Go here');
        },
        save: () => undefined,
      },
    };
    const projects = inferThroughCache(request, cache, (given) => {
      this.inferred++;
      if (settings.opens) given.contexts?.openTree({ contextRoot: '', dockerfile: 'Dockerfile', ownOutputs: [] });
      return inferProjects(given);
    });
    expect(JSON.parse(JSON.stringify(projects))).toEqual(JSON.parse(JSON.stringify(inferProjects(request))));
  }
}

it('infers once while nothing changes that was looked at', () => {
  const lab = new Lab();
  lab.infer(FILES);
  lab.infer(FILES);
  lab.infer({ ...FILES, 'web/main.go': 'package main' });
  expect(lab.inferred).toBe(1);
});

it.each<[string, FilesByPath, object?]>([
  ['a Dockerfile', { ...FILES, 'web/Dockerfile': 'FROM web\n' }],
  ['a manifest', { ...FILES, 'web/k8s/a.yaml': 'image: api\n' }],
  ['a configuration', { ...FILES, 'web/project.json': { name: 'shop' } }],
  ['an ignore file that was not there', { ...FILES, 'web/.dockerignore': 'docs\n' }],
  [
    'the lock file that was not there',
    { ...FILES, 'slipway.lock.json': { schemaVersion: 1, bases: { a: { recipe: 'r' } } } },
  ],
  ['a folder that a Dockerfile copies', { ...FILES, 'docker/conf/a': '' }],
  ['a new Dockerfile', { ...FILES, 'web/Dockerfile.worker': '' }],
  ['the options of the plugin', FILES, { options: { cluster: false } }],
  ['targetDefaults', FILES, { targetDefaults: { 'image-build': { options: { image: 'x' } } } }],
  ['what is a link', FILES, { link: 'web/k8s' }],
  ['the build of the plugin', FILES, { buildId: 'build-2' }],
  ['the hour, in which periods of `refresh` begin', FILES, { hour: 1 }],
])('infers again after a change of %s', (_, files, settings = {}) => {
  const lab = new Lab();
  lab.infer(FILES);
  lab.infer(files, settings);
  expect(lab.inferred).toBe(2);
});

it('keeps nothing where a whole build context was looked at, whose reads nobody records', () => {
  const lab = new Lab();
  lab.infer(FILES, { opens: true });
  lab.infer(FILES, { opens: true });
  expect(lab.inferred).toBe(2);
});
