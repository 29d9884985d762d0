import { MAX_GO_GLOBS, renderGoGlobs, type GoSelectionParts } from './render-go-globs';

function render(parts: { readonly [Part in keyof GoSelectionParts]?: readonly string[] }): readonly string[] {
  return renderGoGlobs({
    files: new Map((parts.files ?? []).map((path) => [path, []])),
    packageFolders: new Set(parts.packageFolders),
    nativeFolders: new Set(parts.nativeFolders),
    trees: new Map((parts.trees ?? []).map((folder) => [folder, 'cgo'])),
    exact: new Set(parts.exact),
  });
}

const GO = '{*[^t],*[^s]t,*[^e]st,*[^t]est,*[^_]test}.go';
const many = (count: number, name: (index: number) => string) =>
  Array.from({ length: count }, (_, index) => name(index));

describe('renderGoGlobs', () => {
  test('names a file by itself only where no folder matches it', () => {
    const files = ['a/x.go', 'a/test.go', 'a/t.go', 'a/link', 'b/c.c', 'b/x.h', 'c/d/e.h', 'c/d/go', 'e/x.html'];
    expect(render({ files, packageFolders: ['a'], nativeFolders: ['b'], trees: ['c'], exact: ['e/*.html'] })).toEqual([
      'a/link',
      'a/t.go',
      'a/test.go',
      `a/${GO}`,
      'b/*.{[cfhmsFS],[ch][chpx]*,[fs][xwyo9]*}',
      'c/**/{*[^o],*[^g]o,*[^.]go}',
      'c/d/go',
      'e/*.html',
    ]);
  });

  test('a name that means something to Nx becomes a star', () => {
    expect(render({ files: ['a{b}/x(1).txt', 'a[1]/ü b.txt'], packageFolders: ['!x/y+z'] })).toEqual(
      [`*/*/${GO}`, '*/*', '*/ü b.txt'].sort(),
    );
  });

  test('the root has globs too', () => {
    expect(render({ files: ['x.go'], packageFolders: [''], trees: [''] })).toEqual(
      ['**/{*[^o],*[^g]o,*[^.]go}', GO].sort(),
    );
  });

  test('too many: the parent with the most packages is taken as a whole first', () => {
    const packageFolders = [
      'cmd/web',
      ...many(100, (index) => `vendor/x/p${index}`),
      ...many(60, (index) => `internal/p${index}`),
    ];
    const globs = render({ packageFolders });
    expect(globs).toContain(`vendor/x/**/${GO}`);
    expect(globs).toContain(`internal/p7/${GO}`);
    expect(globs).toHaveLength(62);
  });

  test.each([
    ['packages of the root', { packageFolders: many(500, (index) => `p${index}`) }],
    ['packages each in a folder of its own', { packageFolders: many(400, (index) => `a${index % 7}/b${index}/c`) }],
    ['files', { exact: many(900, (index) => `x/y${index % 300}/z${index}`) }],
    [
      'all kinds',
      {
        packageFolders: many(200, (index) => `a/b${index}`),
        nativeFolders: many(200, (index) => `a/b${index}`),
        trees: many(200, (index) => `a/b${index}`),
        files: many(200, (index) => `a/b${index}/test.go`),
      },
    ],
  ])('never more than the limit: %s', (_, parts) => {
    const globs = render(parts);
    expect(globs.length).toBeGreaterThan(0);
    expect(globs.length).toBeLessThanOrEqual(MAX_GO_GLOBS);
  });
});
