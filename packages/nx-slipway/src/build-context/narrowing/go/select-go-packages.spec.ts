import { isSlipwayError, type Problem } from '../../../errors/slipway-error';
import { scanTree } from './go-file-scanner';
import { openGoModuleGraph } from './go-module-graph';
import type { GoModuleMode } from './go-modules';
import { selectGoPackages } from './select-go-packages';
import { treeOf, type TreeInMemoryEntry } from '../testing/tree-in-memory';

interface Scenario {
  readonly packages?: readonly string[];
  readonly mode?: GoModuleMode;
}

function select(
  files: Readonly<Record<string, TreeInMemoryEntry>>,
  { packages = ['./cmd/web'], mode = 'auto' }: Scenario = {},
) {
  const tree = treeOf(files);
  return selectGoPackages({ packages, tree, scanner: scanTree(tree), moduleMode: mode });
}

/** What is selected besides the files that are there in every scenario. */
function paths(...scenario: Parameters<typeof select>): readonly string[] {
  return [...select(...scenario).files.keys()].filter((path) => !['go.mod', 'cmd/web/main.go'].includes(path));
}

const GO_MOD = 'module example.org/m/v2\n\ngo 1.21\n';
const main = (...imports: readonly string[]) =>
  `package main\nimport (\n${imports.map((path) => `_ "${path}"\n`).join('')})\nfunc main() {}\n`;
const library = (...imports: readonly string[]) => main(...imports).replace('package main', 'package lib');

/** The problem that a call throws. */
function problemOf(failing: () => unknown): Problem {
  try {
    failing();
  } catch (error) {
    if (isSlipwayError(error)) return error.problem;
    throw error;
  }
  throw new Error('Nothing was thrown.');
}

describe('selectGoPackages', () => {
  test('follows imports in the module, leaves out tests and what nothing imports, and says by which chain', () => {
    const { files, widened, globs } = select({
      'go.mod': GO_MOD,
      'go.sum': '',
      'README.md': '',
      'cmd/web/main.go': main('fmt', 'example.org/m/v2/a', 'example.org/m/v2/internal/b', 'example.org/m/a'),
      'cmd/web/main_test.go': main('example.org/m/v2/tested'),
      'a/a.go': library('example.org/m/v2/c'),
      'a/_draft.go': library('example.org/m/v2/tested'),
      'a/.hidden.go': library('example.org/m/v2/tested'),
      'internal/b/b.go': library('example.org/m/v2/c', 'example.org/m/v2/internal/d'),
      'internal/d/d.go': library('example.org/m/v2/c'),
      'c/c.go': library('example.org/m/v2/a'),
      'tested/t.go': library(),
      'cmd/other/main.go': main(),
    });
    expect(Object.fromEntries(files)).toEqual({
      'a/a.go': ['cmd/web', 'a'],
      'c/c.go': ['cmd/web', 'a', 'c'],
      'cmd/web/main.go': ['cmd/web'],
      'go.mod': ['go.mod of cmd/web'],
      'go.sum': ['go.sum of cmd/web'],
      'internal/b/b.go': ['cmd/web', 'internal/b'],
      'internal/d/d.go': ['cmd/web', 'internal/b', 'internal/d'],
    });
    expect(widened).toEqual([]);
    expect(globs).toEqual([
      'a/{*[^t],*[^s]t,*[^e]st,*[^t]est,*[^_]test}.go',
      'c/{*[^t],*[^s]t,*[^e]st,*[^t]est,*[^_]test}.go',
      'cmd/web/default.pgo',
      'cmd/web/{*[^t],*[^s]t,*[^e]st,*[^t]est,*[^_]test}.go',
      'go.mod',
      'go.sum',
      'internal/b/{*[^t],*[^s]t,*[^e]st,*[^t]est,*[^_]test}.go',
      'internal/d/{*[^t],*[^s]t,*[^e]st,*[^t]est,*[^_]test}.go',
    ]);
  });

  test.each<[string, Readonly<Record<string, TreeInMemoryEntry>>, readonly string[]]>([
    [
      'files of every system and constraint count',
      {
        'cmd/web/x_windows_arm64.go': main('example.org/m/v2/win'),
        'cmd/web/gen.go': `//go:build ignore\n\n${main('example.org/m/v2/gen')}`,
        'win/w.go': library(),
        'gen/g.go': library(),
      },
      ['cmd/web/gen.go', 'cmd/web/x_windows_arm64.go', 'gen/g.go', 'win/w.go'],
    ],
    [
      'a profile, assembly, and what is linked',
      {
        'cmd/web/default.pgo': '',
        'cmd/web/a.s': '#include "sub/a.h"',
        'cmd/web/sub/a.h': '',
        'cmd/web/sub/b.h': '',
        'cmd/web/w.syso': '',
        'cmd/web/x.proto': '',
      },
      ['cmd/web/a.s', 'cmd/web/default.pgo', 'cmd/web/sub/a.h', 'cmd/web/w.syso'],
    ],
    [
      'embedded files, directories without what is hidden, and all: with it',
      {
        'cmd/web/embed.go':
          'package main\nimport _ "embed"\n//go:embed a.txt dir all:whole "t/*.html" ../no\nvar x string\n',
        'cmd/web/a.txt': '',
        'cmd/web/b.txt': '',
        'cmd/web/dir/.h': '',
        'cmd/web/dir/_u/x': '',
        'cmd/web/dir/sub/x_test.go': '',
        'cmd/web/dir/other/go.mod': 'module other',
        'cmd/web/dir/other/x': '',
        'cmd/web/whole/.h/x': '',
        'cmd/web/t/x.html': '',
        'cmd/web/t/x.txt': '',
        'cmd/no': '',
      },
      ['cmd/web/a.txt', 'cmd/web/dir/sub/x_test.go', 'cmd/web/embed.go', 'cmd/web/t/x.html', 'cmd/web/whole/.h/x'],
    ],
    [
      'the same directory, with and without all:',
      { 'cmd/web/e.go': 'package main\nimport _ "embed"\n//go:embed d all:d\nvar x string\n', 'cmd/web/d/.h/x': '' },
      ['cmd/web/d/.h/x', 'cmd/web/e.go'],
    ],
    [
      'cgo: all below, what includes and flags name elsewhere, no Go files and no vendor',
      {
        'cmd/web/c.go':
          'package main\n// #cgo CFLAGS: -I${SRCDIR}/../../inc\n// #include <x.h>\n// #include "../y/y.h"\nimport "C"\n',
        'cmd/web/deep/er/z.h': '#include "../../../far/f.h"',
        'cmd/web/deep/er/z.go': '',
        'inc/x.h': '',
        'inc/sub/x2.h': '',
        'cmd/y/y.h': '#include "y2.h"',
        'cmd/y/y2.h': '',
        'cmd/y/y3.h': '',
        'cmd/far/f.h': '',
      },
      ['cmd/far/f.h', 'cmd/web/c.go', 'cmd/web/deep/er/z.h', 'cmd/y/y.h', 'cmd/y/y2.h', 'inc/sub/x2.h', 'inc/x.h'],
    ],
    [
      'a nested module is no part of its parent',
      { 'cmd/web/x.go': main('example.org/m/v2/sub/p'), 'sub/go.mod': 'module other', 'sub/p/p.go': library() },
      ['cmd/web/x.go'],
    ],
    [
      'a replaced module, by the path that it replaces',
      {
        'go.mod': `${GO_MOD}replace example.org/r v1.0.0 => ./libs/r\nreplace example.org/o => ../outside\n`,
        'cmd/web/x.go': main('example.org/r/p', 'example.org/o'),
        'libs/r/go.mod': 'module example.org/fork\n',
        'libs/r/p/p.go': library('example.org/m/v2/back'),
        'libs/r/q/q.go': library(),
        'back/b.go': library(),
      },
      ['back/b.go', 'cmd/web/x.go', 'libs/r/go.mod', 'libs/r/p/p.go'],
    ],
    [
      'a workspace: every go.mod of it, packages of those that are imported',
      {
        'go.work': 'go 1.21\nuse (\n.\n./one\n./two\n)\nreplace example.org/three => ./three\n',
        'go.work.sum': '',
        'cmd/web/x.go': main('example.org/one/p', 'example.org/three'),
        'one/go.mod': 'module example.org/one\n',
        'one/p/p.go': library(),
        'two/go.mod': 'module example.org/two\n',
        'two/go.sum': '',
        'two/t.go': library(),
        'three/go.mod': 'module example.org/three\n',
        'three/t.go': library(),
      },
      [
        'cmd/web/x.go',
        'go.work',
        'go.work.sum',
        'one/go.mod',
        'one/p/p.go',
        'three/go.mod',
        'three/t.go',
        'two/go.mod',
        'two/go.sum',
      ],
    ],
    [
      'a link to a file, and a link to the folder of a package',
      {
        'cmd/web/l.go': { linkTo: '../../shared/l.txt' },
        'shared/l.txt': main('example.org/m/v2/linked/p'),
        linked: { linkTo: './real' },
        'real/p/p.go': library(),
      },
      ['cmd/web/l.go', 'linked', 'real/p/p.go', 'shared/l.txt'],
    ],
  ])('%s', (_, files, expected) => {
    expect(paths({ 'go.mod': GO_MOD, 'cmd/web/main.go': main(), ...files })).toEqual(expected);
  });

  describe('vendor/', () => {
    const vendored = {
      'cmd/web/main.go': main('example.net/dep/p', 'example.org/r'),
      'vendor/modules.txt': '# example.net/dep v1.0.0\n',
      'vendor/example.net/dep/p/p.go': library('example.net/dep/q'),
      'vendor/example.net/dep/q/q.go': library(),
      'vendor/example.net/dep/unread/u.go': library(),
      'r/go.mod': 'module example.org/r\n',
      'r/r.go': library(),
    };
    const inVendor = ['vendor/example.net/dep/p/p.go', 'vendor/example.net/dep/q/q.go', 'vendor/modules.txt'];
    const replaced = ['r/go.mod', 'r/r.go'];
    const modFile = (go: string) => ({ 'go.mod': `module example.org/m\n${go}replace example.org/r => ./r\n` });

    test.each<[string, GoModuleMode, readonly string[]]>([
      ['go 1.14\n', 'auto', inVendor],
      ['go 1.13\n', 'auto', replaced],
      ['', 'auto', [...replaced, ...inVendor]],
      ['go 1.21\n', 'module', replaced],
      ['go 1.13\n', 'vendor', inVendor],
      ['go 1.21\n', 'unknown', [...replaced, ...inVendor]],
    ])('of a module with %j, mode %s', (go, mode, expected) => {
      expect(paths({ ...modFile(go), ...vendored }, { mode })).toEqual(expected);
    });

    test('of a workspace is not that of a module', () => {
      const files = { ...modFile('go 1.22\n'), ...vendored, 'vendor/modules.txt': '## workspace\n' };
      expect(paths(files)).toEqual(replaced);
      expect(paths({ ...files, 'go.work': 'go 1.22\nuse .\n' })).toEqual(['go.work', ...replaced, ...inVendor]);
    });

    test('that is only left over, without a list, is not read', () => {
      const rest = Object.entries(vendored).filter(([path]) => path !== 'vendor/modules.txt');
      expect(paths({ ...modFile('go 1.21\n'), ...Object.fromEntries(rest) })).toEqual(replaced);
    });
  });

  describe('patterns', () => {
    const tree = {
      'go.mod': GO_MOD,
      'main.go': main(),
      'cmd/web/main.go': main(),
      'cmd/web/deep/x.go': library(),
      'cmd/web/testdata/x.go': library(),
      'cmd/_x/x.go': library(),
      'cmd/.x/x.go': library(),
      'cmd/vendor/x.go': library(),
      'cmd/mod/go.mod': 'module other',
      'cmd/mod/x.go': library(),
      'cmdline/x.go': library(),
      'cmd/tests/x_test.go': library(),
    };
    test.each<[string, readonly string[]]>([
      ['./cmd/...', ['cmd/web/deep/x.go', 'cmd/web/main.go', 'go.mod']],
      ['./cmd...', ['cmd/web/deep/x.go', 'cmd/web/main.go', 'cmdline/x.go', 'go.mod']],
      ['./.../deep', ['cmd/web/deep/x.go', 'go.mod']],
      ['.', ['go.mod', 'main.go']],
      ['cmd/web/', ['cmd/web/main.go', 'go.mod']],
    ])('%s', (pattern, expected) => {
      expect([...select(tree, { packages: [pattern] }).files.keys()]).toEqual(expected);
    });

    test('in a workspace, modules below are part of it', () => {
      const files = { ...tree, 'go.work': 'use (\n.\n./cmd/mod\n)\n' };
      expect([...select(files, { packages: ['./cmd/...'] }).files.keys()]).toContain('cmd/mod/x.go');
    });

    test('several packages have the shortest chain of all', () => {
      const files = {
        'go.mod': GO_MOD,
        'a/a.go': main('example.org/m/v2/b'),
        'b/b.go': main('example.org/m/v2/c'),
        'c/c.go': library(),
      };
      expect(select(files, { packages: ['./a', './b'] }).files.get('c/c.go')).toEqual(['b', 'c']);
    });
  });

  describe('what is wider than promised', () => {
    const base = { 'go.mod': GO_MOD, 'cmd/web/main.go': main(), 'other/data.bin': '', 'other/x_test.go': '' };
    test.each<[string, Readonly<Record<string, TreeInMemoryEntry>>, string]>([
      [
        'a macro as an include',
        { 'cmd/web/c.go': 'package main\n// #include FILE\nimport "C"' },
        'a macro stands for a file in an #include of cmd/web',
      ],
      [
        'a link that does not tell',
        { 'cmd/web/l.go': { linkTo: null } },
        'where the link cmd/web/l.go leads is not known',
      ],
      [
        'a header somewhere else',
        { 'cmd/web/c.go': 'package main\n// #include "far.h"\nimport "C"', 'other/far.h': '' },
        'where far.h is included from cannot be known',
      ],
      [
        'pkg-config',
        { 'cmd/web/c.go': 'package main\n// #cgo pkg-config: ours\nimport "C"', 'other/ours.pc': '' },
        'pkg-config reads ours.pc',
      ],
      [
        'an absolute folder',
        { 'go.mod': `${GO_MOD}replace x => /src/x\n` },
        'which folder of the build context /src/x of go.mod is cannot be known',
      ],
    ])('%s', (_, files, reason) => {
      const { files: selected, widened, globs } = select({ ...base, ...files });
      expect(widened).toEqual([`All of the build context is taken for cmd/web: ${reason}.`]);
      expect([...selected.keys()]).toEqual(expect.arrayContaining(['other/data.bin', 'other/x_test.go']));
      expect(globs).toContain('**/*');
    });

    test('a header of the system is not looked for twice', () => {
      const files = {
        ...base,
        'cmd/web/c.go': 'package main\n// #include "stdio.h"\n// #cgo pkg-config: zlib\nimport "C"',
      };
      expect(select(files).widened).toEqual([]);
    });
  });

  describe('what cannot be narrowed', () => {
    test.each<[Readonly<Record<string, TreeInMemoryEntry>>, string, string, string]>([
      [{ 'a/cmd/web/m.go': main() }, './cmd/web', 'CONTEXT_NARROW_PACKAGE_UNKNOWN', 'there is no such folder'],
      [{ 'cmd/web/x_test.go': main() }, './cmd/web', 'CONTEXT_NARROW_PACKAGE_UNKNOWN', 'no Go file but tests is in it'],
      [{ 'cmd/web': main() }, './cmd/web', 'CONTEXT_NARROW_PACKAGE_UNKNOWN', 'it is a file'],
      [{}, '../x', 'CONTEXT_NARROW_PACKAGE_UNKNOWN', 'it is outside of the build context'],
      [{}, './cmd/...', 'CONTEXT_NARROW_PACKAGE_UNKNOWN', 'no folder with Go files matches it'],
      [
        { 'cmd/web/m.go': main() },
        './cmd/web',
        'CONTEXT_NARROW_MODULE_MISSING',
        'no go.mod of the build context is in cmd/web',
      ],
    ])('%j, %s: %s', (files, pattern, code, reason) => {
      const failing = () => select(files, { packages: [pattern] });
      expect(problemOf(failing)).toMatchObject({ code, message: expect.stringContaining(reason) });
    });

    test('the hint names a folder of that name elsewhere', () => {
      const failing = () => select({ 'go.mod': GO_MOD, 'services/web/m.go': main() });
      expect(problemOf(failing).hint).toContain('"go:./services/web"');
    });

    test('links that lead out of the build context or in a circle lead nowhere', () => {
      const files = {
        'go.mod': GO_MOD,
        'cmd/web/main.go': main(),
        'cmd/web/a.go': { linkTo: '../../../x' },
        'cmd/web/b.go': { linkTo: 'b.go' },
      };
      expect([...select(files).files.keys()]).toEqual(['cmd/web/a.go', 'cmd/web/b.go', 'cmd/web/main.go', 'go.mod']);
    });
  });

  test('rules that share a graph read each file once', () => {
    const read: string[] = [];
    const plain = treeOf({
      'go.mod': GO_MOD,
      'a/a.go': main('example.org/m/v2/c'),
      'b/b.go': main('example.org/m/v2/c'),
      'c/c.go': library(),
    });
    const tree = {
      ...plain,
      read: (path: string) => {
        read.push(path);
        return plain.read(path);
      },
    };
    const shared = { tree, scanner: scanTree(tree), graph: openGoModuleGraph(), moduleMode: 'auto' as const };
    for (const name of ['./a', './b']) expect(selectGoPackages({ ...shared, packages: [name] }).files.size).toBe(3);
    expect(read.sort()).toEqual(['a/a.go', 'b/b.go', 'c/c.go', 'go.mod']);
  });
});
