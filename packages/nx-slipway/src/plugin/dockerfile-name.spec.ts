import { parseDockerfileName, startsLikeDockerfile } from './dockerfile-name';

describe('the name of a Dockerfile', () => {
  it.each<[string, string | undefined]>([
    ['Dockerfile', undefined],
    ['Containerfile', undefined],
    ['Dockerfile.worker', 'worker'],
    ['Containerfile.worker', 'worker'],
    ['worker.Dockerfile', 'worker'],
    ['worker.Containerfile', 'worker'],
    ['Dockerfile.node.v20', 'node.v20'],
    ['Dockerfile.go', 'go'],
  ])('%s has the variant %s', (name, variant) => {
    expect(parseDockerfileName(name)).toMatchObject({ variant });
  });

  it.each([
    'dockerfile',
    'Dockerfiles',
    'MyDockerfile',
    'Dockerfile.',
    '.Dockerfile',
    '.#worker.Dockerfile',
    'Dockerfile.dockerignore',
    'Dockerfile.worker.dockerignore',
    'worker.Dockerfile.dockerignore',
    'Dockerfile.containerignore',
    'Dockerfile~',
    'Dockerfile.worker~',
    'worker.Dockerfile~',
    'Dockerfile.orig',
    'Dockerfile.BAK',
    'Dockerfile.worker.swp',
    'Dockerfile.md',
    'Dockerfile.j2',
    'Dockerfile.tmpl',
    'Dockerfile.template',
  ])('is not %s', (name) => {
    expect(parseDockerfileName(name)).toBeUndefined();
  });

  it.each(['Dockerfile.ts', 'Dockerfile.test.js', 'Dockerfile.py', 'Dockerfile.go'])(
    'may be %s, which only the content tells',
    (name) => {
      expect(parseDockerfileName(name)).toMatchObject({ mayBeSource: true });
    },
  );

  it('prefers Dockerfile to Containerfile, and the stem in front', () => {
    const names = ['w.Containerfile', 'Containerfile.w', 'w.Dockerfile', 'Dockerfile.w'];
    const rank = (name: string): number => parseDockerfileName(name)?.rank ?? NaN;
    expect(names.toSorted((a, b) => rank(a) - rank(b))).toEqual(names.toReversed());
  });
});

it.each<[string, boolean]>([
  ['FROM scratch\n', true],
  ['# syntax=docker/dockerfile:1\n\n  # a comment\narg BASE=x\nFROM $BASE\n', true],
  ['package docker // FROM\n', false],
  ['import x from "y"\nFROM\n', false],
  ['FROMAGE\n', false],
  ['', false],
])('%j begins like a Dockerfile: %j', (text, expected) => {
  expect(startsLikeDockerfile(text)).toBe(expected);
});
