import { parseGoFileHeader } from './go-file-header';

describe('parseGoFileHeader', () => {
  test.each<[string, string, readonly string[]]>([
    ['one import', 'package a\nimport "x/y"\n', ['x/y']],
    ['a block with names', 'package a\nimport (\n\tn "b"\n\t. "c"\n\t_ "d" // e\n)\n', ['b', 'c', 'd']],
    ['several declarations', 'package a\nimport "b"\nimport (`c`; "d")\nimport ()\nvar x = 1', ['b', 'c', 'd']],
    ['semicolons on one line', 'package a; import "b"; import "c"; func f() {}', ['b', 'c']],
    ['comments everywhere', '/* package x */ // y\npackage /**/ a // import "q"\nimport /* "n" */ "b"', ['b']],
    ['an import comment', 'package a // import "example.org/a"\nimport "b"', ['b']],
    ['a byte order mark and CRLF', '\uFEFFpackage a\r\n\r\nimport (\r\n\t"b"\r\n)\r\n', ['b']],
    ['constraints', '//go:build ignore\n// +build ignore\n\npackage main\n\nimport "b"', ['b']],
    ['what only looks like imports', 'package a\nimport "b"\nconst s = `\nimport "no"\n`\n', ['b']],
    ['generics after the header', 'package a\nimport "b"\ntype T[P any] struct{}\n', ['b']],
    ['escapes', 'package a\nimport "\\x62/\\u00e9"\n', ['b/é']],
    ['each once, sorted', 'package a\nimport ("c"; "b"; x "c")', ['b', 'c']],
    ['what stands before a syntax error', 'package a\nimport "b"\nimport 17\nimport "c"', ['b', 'c']],
    ['a name in another script', 'package é\nimport ñ "b"', ['b']],
    ['no package clause', 'import "b"', []],
    ['an empty file', '', []],
  ])('%s', (_, text, imports) => {
    expect(parseGoFileHeader(text).imports).toEqual(imports);
  });

  test('tells the name of the package', () => {
    expect(parseGoFileHeader('// x\npackage main\n').packageName).toBe('main');
  });

  test('reads patterns of go:embed anywhere in the file, with quotes and all:', () => {
    const text = [
      'package a',
      'import (\n\t_ "embed"\n)',
      '//go:embed a.txt b/*.sql "c d/e" `f g` all:h',
      'var one string',
      'var (\r\n\t//go:embed two\r\n\ttwo []byte)',
      '// go:embed not',
      '//go:embedded not',
    ].join('\n');
    expect(parseGoFileHeader(text).embeds).toEqual(['a.txt', 'all:h', 'b/*.sql', 'c d/e', 'f g', 'two']);
  });

  test('without the import of embed there is nothing to embed', () => {
    expect(parseGoFileHeader('package a\n//go:embed x\nvar x string').embeds).toEqual([]);
  });

  test('reads flags and includes of cgo from the comments before import "C", and no import C', () => {
    const text = [
      'package a',
      '// #cgo linux,!arm CFLAGS: -I${SRCDIR}/../inc -DX=1 -isystem "my dir"',
      '// #cgo LDFLAGS: -L../lib -lfoo -Wl,-rpath,${SRCDIR}/so',
      '// #cgo pkg-config: --static zlib libpng',
      '/*',
      '#include "a.h"',
      '  # include <b/c.h>',
      '#include MACRO',
      '*/',
      'import "C"',
      'import "d"',
    ].join('\n');
    expect(parseGoFileHeader(text)).toEqual({
      packageName: 'a',
      imports: ['d'],
      embeds: [],
      cgo: {
        flagPaths: ['./../inc', '1', 'my dir', '../lib', './so'],
        pkgConfig: ['zlib', 'libpng'],
        includes: [
          { path: 'a.h', quoted: true },
          { path: 'b/c.h', quoted: false },
          { path: '', quoted: true },
        ],
      },
    });
  });
});
