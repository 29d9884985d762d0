import type { TargetConfiguration } from '@nx/devkit';
import { readInferredWarnings } from './inferred-warnings';
import { edgesOf, inferInMemory } from './testing/workspace-in-memory';

/** Rounds of random workspaces. */
const ROUNDS = 300;

const FOLDERS = [
  '.',
  'a',
  'a/b',
  'a/b/c',
  'docker',
  'docker/web',
  'web',
  'vendor/x',
  'ünï cödé',
  '-x',
  'k8s',
  '[g]{x}',
];
const FILES = [
  'Dockerfile',
  'Containerfile',
  'Dockerfile.web',
  'web.Dockerfile',
  'Dockerfile.go',
  'Dockerfile.a:b',
  'Dockerfile. ',
]
  .concat([
    '.Dockerfile',
    'ü.Dockerfile',
    'Dockerfile.constructor',
    '__proto__.Dockerfile',
    'Dockerfile.WEB',
    '.dockerignore',
  ])
  .concat(['project.json', 'package.json', 'k8s/a.yaml', 'manifests/b.yml', 'slipway.lock.json']);
const TEXTS = [
  '',
  '\0',
  '\uFEFF\r\n',
  'FROM web\n',
  'FROM a-b\nCOPY --from=docker-web / /\n',
  'FROM ${X}\n',
  'FORM x\n',
  '{',
  '[]',
  'null',
]
  .concat([
    'FROM scratch\nCOPY ../../x {workspaceRoot} /\n',
    'FROM a AS a\nFROM a\n',
    'image: web\n',
    '*\n!web\n[\n',
    '{"name":1}',
  ])
  .concat(['COPY <<E /a\nx\n', '# escape=`\nFROM a\n', 'FROM x AS y\n'.repeat(50)]);
const VALUES: unknown[] = [
  null,
  0,
  '',
  'web',
  [],
  {},
  ['...'],
  { image: 'web' },
  true,
  '../x',
  '{workspaceRoot}/x',
  '__proto__',
];
const KEYS = [
  'image-build',
  'image-build-web',
  'deploy-only',
  'e2e',
  'cluster-up',
  'constructor',
  '__proto__',
  'image-load',
  'toString',
];
const OPTION_KEYS = [
  'dockerfile',
  'buildContext',
  'image',
  'buildArgs',
  'targetStage',
  'needs',
  'manifests',
  'command',
  'preload',
];

/** Repeatable numbers below 1 (mulberry32), so that a failure can be run again. */
function createRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

function oddWorkspace(seed: number) {
  const random = createRandom(seed);
  const pick = <Item>(items: readonly Item[]): Item => items[Math.floor(random() * items.length)] as Item;
  const object = (keys: readonly string[], value: () => unknown): object =>
    JSON.parse(
      `{${keys
        .filter(() => random() < 0.4)
        .map((key) => `${JSON.stringify(key)}:${JSON.stringify(value() ?? null)}`)
        .join()}}`,
    ) as object;
  const target = (): unknown =>
    random() < 0.2
      ? pick(VALUES)
      : {
          ...(random() < 0.2
            ? { executor: pick(['nx-slipway:image-build', 'nx:run-commands', '', 'nx-slipway:e2e']) }
            : {}),
          ...(random() < 0.1 ? { command: pick(VALUES) } : {}),
          options: random() < 0.2 ? pick(VALUES) : object(OPTION_KEYS, () => pick(VALUES)),
        };
  const targets = (): unknown => (random() < 0.1 ? pick(VALUES) : object(KEYS, target));
  const configuration = (name: string): unknown => ({
    name: random() < 0.2 ? pick(VALUES) : `p${seed}-${name}-${Math.floor(random() * 1e9)}`,
    ...(random() < 0.5 ? { targets: targets() } : { nx: random() < 0.5 ? { targets: targets() } : pick(VALUES) }),
    ...(random() < 0.3 ? { scripts: pick([{ 'image-build': 'x' }, null, 'web', []]) } : {}),
  });
  const files: Record<string, unknown> = {};
  for (let count = Math.floor(random() * 25); count > 0; count--) {
    const path = [pick(FOLDERS), pick(FILES)].filter((part) => part !== '.').join('/');
    const isConfiguration = path.endsWith('project.json') || path.endsWith('package.json');
    files[path] = isConfiguration && random() < 0.8 ? configuration(path) : pick(TEXTS);
  }
  const options =
    random() < 0.5
      ? { cluster: false }
      : pick([
          undefined,
          {},
          null,
          [],
          7,
          { targetNames: { imageBuild: 'deploy-only' } },
          { cluster: { project: 'web' } },
        ]);
  return { files, options, targetDefaults: random() < 0.5 ? undefined : targets() };
}

it('never throws, whatever the workspace holds; every name and root is given once, and every edge leads to a target', () => {
  for (let seed = 1; seed <= ROUNDS; seed++) {
    const { files, options, targetDefaults } = oddWorkspace(seed);
    const where = `seed ${seed}: ${JSON.stringify({ files, options, targetDefaults })}`;
    const inferred = attempt(() => inferInMemory(files, { options, targetDefaults }), where);
    const { projects } = inferred;
    expectDistinct(
      projects.map(({ root }) => root),
      where,
    );
    const stated = new Set(Object.keys(files).filter((path) => /(project|package)\.json$/.test(path)));
    const made = projects.filter(({ configFile }) => !stated.has(configFile));
    for (const { name } of made) {
      if (projects.filter((project) => project.name === name).length > 1) throw new Error(`${name} twice; ${where}`);
    }
    const ids = new Set(inferred.targets);
    for (const target of projects.flatMap(({ targets }) => Object.values(targets))) {
      const { inputs = [] } = target;
      if (inputs.length < 3 || inputs.length > 200) throw new Error(`${inputs.length} inputs; ${where}`);
      if (/\{(workspaceRoot|projectRoot)\}/.test(JSON.stringify([target.metadata?.description, problemsOf(target)])))
        throw new Error(`a token; ${where}`);
      for (const edge of edgesOf(target)) {
        if (!ids.has(edge)) throw new Error(`${edge} does not exist; ${where}`);
      }
    }
  }
});

function problemsOf({ options, metadata }: TargetConfiguration): unknown {
  return [(options as { problems?: unknown } | undefined)?.problems, readInferredWarnings({ metadata })];
}

function attempt<Result>(run: () => Result, where: string): Result {
  try {
    return run();
  } catch (error) {
    throw new Error(where, { cause: error });
  }
}

function expectDistinct(items: readonly string[], where: string): void {
  if (new Set(items).size !== items.length) throw new Error(`${items.join()} are not distinct; ${where}`);
}
