import { digestNarrowing } from '../build-context/narrowing/digest-narrowing';
import { parseNarrow } from '../build-context/narrowing/parse-narrow-rule';
import { inferAnew, type AnewRequest } from './infer-anew';
import { inferThroughCache, type InferenceCache, type KeptInference } from './infer-through-cache';
import { observeDisk } from './observed-disk';
import { diskInMemory, type MemoryEntry } from './testing/disk-in-memory';

type Files = Readonly<Record<string, MemoryEntry>>;

const ROOT = '/shop';

const FILES: Files = {
  'nx.json': '{}',
  'web/project.json': '{"name":"web"}',
  'web/Dockerfile': 'FROM debian\nCOPY k8s src /\n',
  'web/k8s/a.yaml': 'image: web\n',
  'web/src/main.go': 'package main\n',
  'web/src/latest': { link: 'main.go' },
  'docs/a.md': '',
  'docker/api.Dockerfile': 'FROM debian\nCOPY conf /\n',
};

const MATCHED = /(^|\/)(Dockerfile(\.[^/]*)?|[^/]*\.Dockerfile|project\.json|k8s\/[^/]+\.yaml)$|^nx\.json$/;

/** A cache as its file would keep it, and how often was inferred. */
class Lab {
  private text: string | undefined;
  inferred = 0;

  async infer(contents: Files, settings: Partial<AnewRequest> = {}): Promise<void> {
    const cache: InferenceCache = {
      read: () => (this.text === undefined ? undefined : (JSON.parse(this.text) as KeptInference)),
      write: (kept) => void (this.text = JSON.stringify(kept)),
    };
    const request: AnewRequest = {
      paths: Object.keys(contents).filter((path) => MATCHED.test(path)),
      options: {},
      targetDefaults: undefined,
      platform: 'linux/amd64',
      hour: 0,
      buildId: 'build-1',
      ...settings,
    };
    const disk = diskInMemory(
      Object.fromEntries(Object.entries(contents).map(([path, to]) => [`${ROOT}/${path}`, to])),
    );
    const openDisk = () => observeDisk(ROOT, disk);
    const nodes = await inferThroughCache({
      request,
      cache,
      openDisk,
      infer: (observed) => {
        this.inferred++;
        return Promise.resolve(inferAnew(ROOT, request, observed));
      },
    });
    expect(JSON.parse(JSON.stringify(nodes))).toEqual(
      JSON.parse(JSON.stringify(inferAnew(ROOT, request, openDisk()).nodes)),
    );
  }
}

it('infers once while nothing changes that was looked at', async () => {
  const lab = new Lab();
  await lab.infer(FILES);
  await lab.infer(FILES);
  await lab.infer({ ...FILES, 'web/src/main.go': 'package main // changed\n', 'docs/b.md': '' });
  expect(lab.inferred).toBe(1);
});

it.each<[string, Files, Partial<AnewRequest>?]>([
  ['a Dockerfile', { ...FILES, 'web/Dockerfile': 'FROM web\n' }],
  ['a manifest', { ...FILES, 'web/k8s/a.yaml': 'image: api\n' }],
  ['a configuration', { ...FILES, 'web/project.json': '{"name":"shop"}' }],
  ['an ignore file that was not there', { ...FILES, 'web/.dockerignore': 'docs\n' }],
  [
    'the lock file that was not there',
    { ...FILES, 'slipway.lock.json': '{"schemaVersion":1,"bases":{"a":{"recipe":"r"}}}' },
  ],
  ['a folder that a Dockerfile copies', { ...FILES, 'docker/conf/a': '' }],
  ['a new Dockerfile', { ...FILES, 'web/Dockerfile.worker': '' }],
  ['whether a file may be executed', { ...FILES, 'web/src/main.go': { executable: 'package main\n' } }],
  ['where a link leads', { ...FILES, 'web/src/latest': { link: '../k8s' } }],
  ['what is a link', { ...FILES, 'web/src/main.go': { link: 'latest' } }],
  ['what lies in a folder that is copied', { ...FILES, 'web/src/new.go': { executable: '' } }],
  ['what git leaves out', { ...FILES, 'web/.gitignore': 'latest\n' }],
  ['the options of the plugin', FILES, { options: { cluster: false } }],
  ['targetDefaults', FILES, { targetDefaults: { 'image-build': { options: { image: 'x' } } } }],
  ['the build of the plugin', FILES, { buildId: 'build-2' }],
  ['the hour, in which periods of `refresh` begin', FILES, { hour: 1 }],
])('infers again after a change of %s', async (_, files, settings = {}) => {
  const lab = new Lab();
  await lab.infer(FILES);
  await lab.infer(files, settings);
  expect(lab.inferred).toBe(2);
});

it('keeps nothing where an image is narrowed: what is read of its files is not remembered', async () => {
  const narrow = { 'COPY . .': ['files:src/**'] };
  const dockerfileText = 'FROM debian\nCOPY . .\n';
  const rule = digestNarrowing({
    dockerfileText,
    contextRoot: 'web',
    targetStage: null,
    ignoreText: null,
    buildArgs: {},
    narrow: parseNarrow(narrow),
    namedContexts: {},
  });
  const files: Files = {
    ...FILES,
    'web/project.json': JSON.stringify({ name: 'web', targets: { 'image-build': { options: { narrow } } } }),
    'web/Dockerfile': dockerfileText,
    'slipway.lock.json': JSON.stringify({ schemaVersion: 1, proofs: { web: { rule } } }),
  };
  const lab = new Lab();
  await lab.infer(files);
  await lab.infer(files);
  expect(lab.inferred).toBe(2);
});
