import { parseGoModFile } from './go-mod-file';

describe('parseGoModFile', () => {
  test('reads a go.mod', () => {
    const text = [
      '// Deprecated: no',
      'module example.org/app/v2 // comment',
      'go 1.21.3',
      'require example.org/x v1.0.0',
      'require (',
      '\texample.org/y v1.0.0 // indirect',
      ')',
      'replace example.org/x v1.0.0 => ../x',
      'replace (',
      '\t"example.org/y" => "./with space/y" // z',
      '\texample.org/z => example.org/other v1.2.3',
      '\texample.org/abs v1.0.0 => /src/abs',
      ')',
      'exclude example.org/x v0.9.0',
    ].join('\r\n');
    expect(parseGoModFile(text)).toEqual({
      modulePath: 'example.org/app/v2',
      goVersion: [1, 21],
      uses: [],
      localReplacements: [
        { modulePath: 'example.org/x', folder: '../x' },
        { modulePath: 'example.org/y', folder: './with space/y' },
        { modulePath: 'example.org/abs', folder: '/src/abs' },
      ],
    });
  });

  test('reads a go.work', () => {
    const text = 'go 1.22rc1\ntoolchain go1.22.1\nuse .\nuse (\n  ./a // a\n  "b c"\n)\nreplace x => ./y\n';
    expect(parseGoModFile(text)).toEqual({
      modulePath: '',
      goVersion: [1, 22],
      uses: ['.', './a', 'b c'],
      localReplacements: [{ modulePath: 'x', folder: './y' }],
    });
  });

  test.each(['', 'module\ngo\nreplace\nuse (', 'replace => x', ')\n('])('takes %j as saying nothing', (text) => {
    expect(parseGoModFile(text)).toEqual({ modulePath: '', uses: [], localReplacements: [] });
  });

  test('a module in brackets', () => {
    expect(parseGoModFile('module (\n\texample.org/a\n)\n').modulePath).toBe('example.org/a');
  });
});
