import {
  copyExampleSystem,
  identifyImages,
  listChanged,
  readFromRepository,
  type ImageIdentities,
} from './example-workspace';
import { FreshWorkspace } from './fresh-workspace';

const ALL_IMAGES = ['aianalysis', 'datastorage', 'holmesgpt-api', 'postgres', 'redis'];
const BOTH_GO_SERVICES = ['aianalysis', 'datastorage'];

/** Where the figures of the narrowing are shown. */
const FIGURES: Readonly<Record<string, readonly string[]>> = {
  'examples/README.md': BOTH_GO_SERVICES,
  'docs/guides/narrow-an-image.md': ['aianalysis'],
};

describe('the example system: what its documents say of the narrowing', () => {
  let workspace: FreshWorkspace;
  beforeAll(() => {
    workspace = new FreshWorkspace('23.2.1');
    copyExampleSystem(workspace);
  });
  afterAll(() => workspace?.destroy());

  /** Files and bytes of the staged context, as `plan` writes them. */
  const stagedOf = (image: string): string => {
    const { answer } = workspace.slipway('plan', image, '--engine', 'none');
    return /staged +(\d+ files, [\d.]+ k?B)/.exec(answer)?.[1] ?? answer;
  };

  it('doctor has nothing to say of its images, and their narrowing is all proven', () => {
    const examined = workspace.slipway('doctor', ...ALL_IMAGES);
    expect(examined).toMatchObject({ exitCode: 0 });
    for (const image of ALL_IMAGES) expect(examined.answer).toContain(`Image ${image}\n  staged context: `);
    expect(examined.answer).not.toMatch(/ (?:warning|error) /);
    expect(workspace.slipway('prove', '--missing')).toMatchObject({ exitCode: 0, answer: 'Nothing to prove.\n' });
  });

  it('why knows of no build yet, and says so of each image', () => {
    for (const image of BOTH_GO_SERVICES) {
      const { exitCode, answer } = workspace.slipway('why', image);
      expect(exitCode).toBe(0);
      expect(answer).toContain(`${image}: no build of it on this machine is remembered`);
    }
  });

  it('is shown with the line of the Dockerfile and the proof as they are', () => {
    const lines = workspace.read('examples/aianalysis/Dockerfile').split('\n');
    const line = lines.indexOf('COPY . .') + 1;
    const shown = [
      ...readFromRepository('docs/guides/why-was-it-rebuilt.md').matchAll(/\(COPY \. \. in line (\d+): /g),
    ];
    expect(shown.length).toBeGreaterThan(0);
    for (const [, number] of shown) expect(number).toBe(String(line));
    const { proofs } = workspace.readJson('slipway.lock.json') as { proofs: { aianalysis: { rule: string } } };
    expect(readFromRepository('docs/guides/narrow-an-image.md')).toContain(`${proofs.aianalysis.rule.slice(0, 15)}…`);
  });

  it('is what plan says with the proofs and without them', () => {
    const narrowed = new Map(BOTH_GO_SERVICES.map((image) => [image, stagedOf(image)]));
    const { proofs, ...unproven } = workspace.readJson('slipway.lock.json') as Record<string, unknown>;
    expect(Object.keys(proofs as object).sort()).toEqual(BOTH_GO_SERVICES);
    workspace.write({ 'slipway.lock.json': JSON.stringify(unproven) });
    for (const [document, images] of Object.entries(FIGURES)) {
      const text = readFromRepository(document);
      for (const image of images) {
        expect(text).toContain(stagedOf(image));
        expect(text).toContain(narrowed.get(image));
      }
    }
  });
});

describe('the example system: a change builds exactly the images that it is in', () => {
  let workspace: FreshWorkspace;
  let before: ImageIdentities;

  beforeAll(() => {
    workspace = new FreshWorkspace('23.2.1');
    copyExampleSystem(workspace);
    workspace.write(SHARED_PACKAGES);
    before = identifyImages(workspace);
  });
  afterAll(() => workspace?.destroy());

  /** The images whose build Nx would run, and those that would then be built, after a line more in a file. It is taken back. */
  const changedBy = (path: string): Record<'hashed' | 'keyed', readonly string[]> => {
    const original = workspace.has(path) ? workspace.read(path) : undefined;
    workspace.write({ [path]: `${original ?? ''}\n` });
    try {
      const now = identifyImages(workspace);
      const hashed = listChanged(before.taskHashes, now.taskHashes);
      return { hashed, keyed: listChanged(before.contentKeys, now.contentKeys) };
    } finally {
      if (original === undefined) workspace.remove(path);
      else workspace.write({ [path]: original });
    }
  };

  it('knows all images, and both Go services are narrowed and proven', () => {
    expect(Object.keys(before.taskHashes).sort()).toEqual(ALL_IMAGES);
    expect(Object.keys(before.contentKeys).sort()).toEqual(ALL_IMAGES);
    const { answer } = workspace.slipway('plan', ...BOTH_GO_SERVICES, '--engine', 'none');
    expect(answer.match(/narrowed and proven/g)).toHaveLength(BOTH_GO_SERVICES.length);
  });

  it.each([
    ['examples/aianalysis/internal/controller/controller.go', 'aianalysis'],
    ['examples/datastorage/internal/rediscache/cache.go', 'datastorage'],
    ['examples/datastorage/internal/postgres/migrations/0001_analyses.sql', 'datastorage'],
    ['examples/holmesgpt-api/holmesgpt_api/api.py', 'holmesgpt-api'],
    ['examples/postgres/postgresql.conf', 'postgres'],
    ['examples/redis/redis.conf', 'redis'],
  ])('one service, %s: %s alone', (path, image) => {
    expect(changedBy(path)).toEqual({ hashed: [image], keyed: [image] });
  });

  it.each(['analysis/analysis', 'retry/retry'])(
    'a Go package that both services import, examples/internal/%s.go: both',
    (name) => {
      expect(changedBy(`examples/internal/${name}.go`)).toEqual({ hashed: BOTH_GO_SERVICES, keyed: BOTH_GO_SERVICES });
    },
  );

  it('a shared Go package that one service imports: that one alone', () => {
    expect(changedBy('examples/internal/colour/colour.go')).toEqual({ hashed: ['aianalysis'], keyed: ['aianalysis'] });
  });

  it.each([
    'README.md',
    'examples/README.md',
    'examples/internal/analysis/analysis_test.go',
    'examples/aianalysis/k8s/aianalysis.yaml',
    'examples/internal/unused/unused.go',
  ])('%s: none', (path) => {
    expect(changedBy(path)).toEqual({ hashed: [], keyed: [] });
  });
});

/** All shared packages of the example system are imported by both services; these are imported by one of them, and by none. */
const SHARED_PACKAGES = {
  'examples/internal/colour/colour.go': 'package colour\n\nconst Name = "blue"\n',
  'examples/aianalysis/cmd/aianalysis/colour.go': 'package main\n\nimport _ "example.com/slipway/internal/colour"\n',
  'examples/internal/unused/unused.go': 'package unused\n',
};
