import type { TreeEntry } from '../../src/build-context/testing/temporary-tree';

const NAMED = [
  ...[
    'a',
    'b',
    'c',
    'x',
    'y',
    'ok',
    'one',
    'two',
    'four',
    'five',
    '--three',
    '--chmod=644',
    'first',
    'second',
    'third',
    'last',
  ],
  ...[
    'own',
    'more',
    'global',
    'given',
    'set',
    'needed',
    'notarget',
    '$dir',
    'a b',
    'a\u00A0b',
    'with,comma',
    'with"quote',
    'a*b',
  ],
  ...[
    'a.tar',
    'tar.gz',
    'gz',
    'a.zip.gz',
    'b.tbr.gz',
    'amd64',
    'web.config',
    'appsettings.json',
    'go.mod',
    'go.sum',
    'main.go',
  ],
  ...['a1.txt', 'b2.txt', 'package.json', 'package-lock.json', 'tsconfig.json', 'tsconfig.base.json', 'nx.json'],
  ...['requirements.txt', 'constraints-dev.txt', 'bin\\release\\', 'binrelease', 'local.tar.gz', 'local.tgz'],
  ...['env/fallback/set', 'dash/env', 'bin/arm64', 'linux/arm64/program', 'bin/release/program', 'conf/mime.types'],
  ...['abs/y', 'up/x', 'z/1', 'z/deep/2', 'cmd/api/main.go', 'cmd/tool/main.go', 'src/__init__.py', 'src/health.py'],
  ...['config files/app.ini', 'config files/log.ini', 'packages/api/package.json', 'packages/api/src/main.ts'],
  ...['packages/api/src/main.spec.ts', 'packages/web/package.json', 'packages/web/dist/main.js'],
];

/** Beside what the fixtures name: what a build must leave alone, what is ignored, a file that may be executed, and links. */
const MORE: Readonly<Record<string, TreeEntry>> = {
  Dockerfile: 'FROM scratch\n',
  '.dockerignore': '**/*.log\nignored\n!nobody-names/kept.log\n',
  'nobody-names/kept.log': 'kept',
  'nobody-names/left-out.log': 'left out',
  'ignored/file': 'ignored',
  'nobody-names/this': 'other',
  'src/run.sh': { content: '#!/bin/sh\n', mode: 0o755 },
  'src/link': { link: '../a' },
  'link-to-folder': { link: 'z/deep' },
};

/** The build context of all fixtures: every file that one of them names, each with content of its own. */
export const FIXTURE_TREE: Readonly<Record<string, TreeEntry>> = {
  ...Object.fromEntries(NAMED.map((path) => [path, `content of ${path}\n`])),
  ...MORE,
};

/** What each additional build context of the fixtures has. */
export const NAMED_CONTEXT_TREE: Readonly<Record<string, TreeEntry>> = {
  a: 'a',
  'app/one.yaml': 'one: 1\n',
  'img/logo.svg': '<svg/>',
  'out/program': 'program',
};
