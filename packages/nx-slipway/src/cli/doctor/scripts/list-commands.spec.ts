import { listCommands } from './list-commands';
import { isShellScript, kindOfScript, type ScriptKind } from './script-file';

function wordsIn(kind: ScriptKind, text: string): readonly (readonly [number, string])[] {
  return listCommands({ path: 'x', kind, text }).map(({ line, words }) => [line, words.join('|')] as const);
}

describe('listCommands', () => {
  test('of a shell script: operators, quotes, continued lines, comments', () => {
    const text = `#!/bin/sh
# docker build --no-cache .
docker build \\
  -t "my image" . && kubectl apply -f k8s # at last
(cd app; podman build --build-arg 'A=1 && 2' -t x:"$(git rev-parse HEAD)" .)
`;
    expect(wordsIn('shell', text)).toEqual([
      [3, 'docker|build|-t|my image|.'],
      [3, 'kubectl|apply|-f|k8s'],
      [5, 'cd|app'],
      [5, 'podman|build|--build-arg|A=1 && 2|-t|x:$(git rev-parse HEAD)|.'],
    ]);
  });

  test('of a Makefile: prefixes of recipes', () => {
    expect(wordsIn('makefile', 'image: ## Builds\n\t@$(CONTAINER_TOOL) build -t ${IMG} .\n')).toEqual([
      [1, 'image:'],
      [2, '$(CONTAINER_TOOL)|build|-t|${IMG}|.'],
    ]);
  });

  test('of a workflow: run lines, blocks and list items', () => {
    const text = `steps:
  - run: docker build -t a:1 .
  - run: |
      docker build -t b:1 .
script:
  - "docker push b:1"
`;
    expect(wordsIn('workflow', text).map(([line, words]) => `${line} ${words}`)).toEqual(
      expect.arrayContaining(['2 docker|build|-t|a:1|.', '4 docker|build|-t|b:1|.', '6 docker|push|b:1']),
    );
  });

  test('of package.json: each script is a unit of its own', () => {
    const text =
      '{\n  "name": "x",\n  "scripts": {\n    "image": "docker build .",\n    "up": "kind load docker-image x"\n  }\n}';
    expect(listCommands({ path: 'package.json', kind: 'npm-scripts', text })).toEqual([
      { line: 4, unit: 'image', words: ['docker', 'build', '.'] },
      { line: 5, unit: 'up', words: ['kind', 'load', 'docker-image', 'x'] },
    ]);
    expect(wordsIn('npm-scripts', 'not JSON')).toEqual([]);
  });
});

describe('kindOfScript', () => {
  test.each([
    ['tools/setup.sh', 'shell'],
    ['Makefile', 'makefile'],
    ['build/images.mk', 'makefile'],
    ['apps/a/package.json', 'npm-scripts'],
    ['.github/workflows/ci.yml', 'workflow'],
    ['.gitlab-ci.yml', 'workflow'],
    ['.ci/run', 'unknown'],
    ['k8s/web.yaml', undefined],
    ['src/main.go', undefined],
  ])('%s: %s', (path, kind) => {
    expect(kindOfScript(path)).toBe(kind);
  });

  test('tells shell scripts by their first line', () => {
    expect(['#!/bin/bash\n', '#!/usr/bin/env bash\n', '#!/bin/sh -e\n'].map(isShellScript)).toEqual([true, true, true]);
    expect(['#!/usr/bin/env node\n', '#!/usr/bin/python3\n', 'docker build'].map(isShellScript)).toEqual([
      false,
      false,
      false,
    ]);
  });
});
