/** A repository of generated Go modules. */
export interface RandomGoRepository {
  readonly kind: RepositoryKind;
  /** Path to content, or to where a link leads. */
  readonly files: ReadonlyMap<string, string | { readonly linkTo: string }>;
  /** Folders of modules that the go command is run in, relative to the root. */
  readonly modules: readonly string[];
  /** Folders of main packages, relative to the root. */
  readonly mains: readonly string[];
}

/** How the modules of a repository find each other. */
export type RepositoryKind = 'single' | 'nested' | 'workspace' | 'replaced' | 'vendored' | 'workspace-vendored';

interface ModuleShape {
  readonly folder: string;
  readonly path: string;
  readonly goVersion: string;
  /** Import paths of packages, in the order in which they may import earlier ones. */
  readonly packages: GeneratedPackage[];
}

interface GeneratedPackage {
  readonly importPath: string;
  readonly folder: string;
}

/** A small fast generator of random numbers with a seed (mulberry32). */
class Random {
  constructor(private state: number) {}

  next(): number {
    this.state = (this.state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(this.state ^ (this.state >>> 15), 1 | this.state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  }

  chance(probability: number): boolean {
    return this.next() < probability;
  }

  pick<Item>(items: readonly Item[]): Item {
    return items[Math.floor(this.next() * items.length)]!;
  }

  some<Item>(items: readonly Item[], most: number): Item[] {
    return [...new Set(Array.from({ length: Math.floor(this.next() * (most + 1)) }, () => this.pick(items)))];
  }
}

const SUFFIXES = ['', '_linux', '_windows', '_darwin', '_amd64', '_arm64', '_windows_amd64', '_linux_arm64', '_unix'];
const CONSTRAINTS = ['', '', 'ignore', 'tools', 'tagx', '!tagx', 'linux && !tagx', 'cgo', '!cgo', 'windows || darwin'];

/** Generates a repository; the same seed gives the same one. All that it needs is in it: no module has to be fetched. */
export function generateGoRepository(
  seed: number,
  kind: RepositoryKind,
  packagesPerModule: number,
): RandomGoRepository {
  return new RepositoryGenerator(new Random(seed), kind, packagesPerModule).generate();
}

class RepositoryGenerator {
  private readonly files = new Map<string, string | { linkTo: string }>();
  private readonly mains: string[] = [];
  private counter = 0;

  constructor(
    private readonly random: Random,
    private readonly kind: RepositoryKind,
    private readonly packagesPerModule: number,
  ) {}

  generate(): RandomGoRepository {
    this.files.set('README.md', 'unread');
    const modules = this.generateModules();
    return { kind: this.kind, files: this.files, modules: modules.map(({ folder }) => folder), mains: this.mains };
  }

  private generateModules(): readonly ModuleShape[] {
    switch (this.kind) {
      case 'single':
        return [this.addModule('', 'example.org/single/v2', [], true)];
      case 'nested': {
        // A module that nothing knows, in the middle of one that is built.
        const outer = this.addModule('services', 'example.org/nested', [], true);
        this.addModule('services/internal/tools', 'example.org/tools', [], false);
        return [outer];
      }
      case 'workspace': {
        const shared = this.addModule('libs/shared', 'example.org/shared', [], false);
        const deep = this.addModule('libs/shared/deep', 'example.org/shared/deep', [shared], false);
        const app = this.addModule('apps/app', 'example.org/app', [shared, deep], true);
        this.files.set(
          'go.work',
          'go 1.19\n\nuse ./apps/app // the app\nuse (\n\t"./libs/shared"\n\t./libs/shared/deep\n)\n',
        );
        return [app, deep];
      }
      case 'replaced': {
        const lib = this.addModule('third party/lib', 'example.org/lib', [], false);
        const app = this.addModule('app', 'example.org/app', [lib], true, [
          'replace example.org/lib v1.2.3 => "../third party/lib" // ours',
        ]);
        return [app];
      }
      case 'vendored': {
        const dependency = this.addVendored('app/vendor', '');
        return [this.addModule('app', 'example.org/app', [dependency], true)];
      }
      case 'workspace-vendored': {
        const dependency = this.addVendored('vendor', '## workspace\n');
        const shared = this.addModule('shared', 'example.org/shared', [dependency], false);
        const app = this.addModule('app', 'example.org/app', [shared, dependency], true);
        this.files.set('go.work', 'go 1.22\nuse (\n./app\n./shared\n)\n');
        return [app];
      }
    }
  }

  private addVendored(vendor: string, header: string): ModuleShape {
    const path = 'example.net/dep';
    const packages: GeneratedPackage[] = [];
    for (let index = 0; index < 6; index++) {
      packages.push(this.addPackage(`${vendor}/${path}/p${index}`, `${path}/p${index}`, packages, []));
    }
    const list = packages.map(({ importPath }) => `${importPath}\n`).join('');
    this.files.set(`${vendor}/modules.txt`, `${header}# ${path} v1.2.3\n## explicit; go 1.19\n${list}`);
    this.files.set(`${vendor}/example.net/unread/unread.go`, 'package unread\n');
    return { folder: '', path, goVersion: '1.19', packages };
  }

  private addModule(
    folder: string,
    path: string,
    dependencies: readonly ModuleShape[],
    hasMains: boolean,
    lines: readonly string[] = [],
  ): ModuleShape {
    const goVersion = this.kind === 'workspace-vendored' ? '1.22' : '1.19';
    const module: ModuleShape = { folder, path, goVersion, packages: [] };
    // In a workspace modules find each other without being required.
    const required = dependencies.filter(
      ({ path: other }) => !this.kind.startsWith('workspace') || other.includes('.net'),
    );
    const requires = required.map(({ path: other }) => `require ${other} v1.2.3\n`).join('');
    this.put(folder, 'go.mod', `module ${path} // import\n\ngo ${goVersion}\n\n${requires}${lines.join('\n')}\n`);
    const outside = dependencies.flatMap(({ packages }) => packages);
    for (let index = 0; index < this.packagesPerModule; index++) this.addToModule(module, index, outside);
    if (hasMains) for (let index = 0; index < 4; index++) this.addMain(module, index, outside);
    return module;
  }

  private addToModule(module: ModuleShape, index: number, outside: readonly GeneratedPackage[]): void {
    const parent = this.random.pick(['', 'internal/', 'pkg/', 'pkg/deep/er/', 'internal/with.dot~_/']);
    const name = `${parent}p${index}`;
    const folder = module.folder === '' ? name : `${module.folder}/${name}`;
    module.packages.push(this.addPackage(folder, `${module.path}/${name}`, module.packages, outside));
  }

  private addMain(module: ModuleShape, index: number, outside: readonly GeneratedPackage[]): void {
    // One main package is the root of its module.
    const name = index === 0 ? '' : `cmd/main${index}`;
    const folder = [module.folder, name].filter(Boolean).join('/');
    const imports = this.random.some([...module.packages, ...outside].filter(isVisible(module.path)), 4);
    this.put(folder, 'main.go', goFile('main', '', imports.map(blankImport), 'func main() { println("hello") }'));
    if (this.random.chance(0.5)) this.addEmbeds(folder, 'main');
    if (this.random.chance(0.3)) this.addFiles(folder, 'main', [...module.packages], 0.5);
    this.mains.push(folder);
  }

  private addPackage(
    folder: string,
    importPath: string,
    own: readonly GeneratedPackage[],
    outside: readonly GeneratedPackage[],
  ): GeneratedPackage {
    const name = folder.split('/').at(-1)!;
    const importable = [...own, ...outside].filter(isVisible(importPath));
    const imports = importable.length === 0 ? [] : this.random.some(importable, 3);
    this.put(
      folder,
      `${name}.go`,
      this.disguise(goFile(name, '', [`"fmt"`, ...imports.map(blankImport)], 'var _ = fmt.Sprint')),
    );
    this.put(folder, `${name}_test.go`, goFile(name, '', own.slice(-1).map(blankImport), ''));
    this.put(folder, 'notes.md', 'unread');
    this.addFiles(folder, name, importable, 0.6);
    if (this.random.chance(0.4)) this.addEmbeds(folder, name);
    if (this.random.chance(0.15)) this.addAssembly(folder, name);
    if (this.random.chance(0.15)) this.addCgo(folder, name);
    if (this.random.chance(0.1)) this.addLinkedFile(folder, name);
    return { importPath, folder };
  }

  /** Files that only some builds take, with imports of their own. */
  private addFiles(folder: string, name: string, importable: readonly GeneratedPackage[], probability: number): void {
    while (this.random.chance(probability)) {
      const file = `${name}_f${this.counter++}${this.random.pick(SUFFIXES)}.go`;
      const constraint = this.random.pick(CONSTRAINTS);
      const head = constraint === '' ? '// Copyright.\n\n' : `// Copyright.\n\n//go:build ${constraint}\n\n`;
      const imports = importable.length === 0 ? [] : this.random.some(importable, 2);
      this.put(folder, file, this.disguise(goFile(name, head, imports.map(blankImport), '')));
    }
  }

  private addEmbeds(folder: string, name: string): void {
    const patterns = {
      'data.txt': ['data.txt'],
      assets: ['assets/a.css', 'assets/deep/b.js', 'assets/.hidden', 'assets/_under', 'assets/x_test.go'],
      'all:everything': ['everything/.dot/file', 'everything/_u', 'everything/c'],
      'templates/*.html': ['templates/one.html', 'templates/two.html', 'templates/three.txt'],
      '"with space/*.t?t"': ['with space/a b.txt', 'with space/c.tt'],
      '`deep/*/[a-c].sql`': ['deep/1/a.sql', 'deep/2/b.sql', 'deep/3/d.sql'],
    };
    const chosen = this.random.some(Object.entries(patterns), 4);
    if (chosen.length === 0) return;
    for (const [, files] of chosen)
      for (const file of files) this.put(folder, file, `package ${name} // content of ${file}\n`);
    const group = chosen.map(([pattern]) => pattern).join(' ');
    const suffix = this.random.pick(['', '', '_linux', '_windows']);
    const body = `var (\n\t//go:embed ${group}\n\tassets${this.counter} embed.FS\n)\nvar _ = assets${this.counter}`;
    this.put(folder, `embed${this.counter++}${suffix}.go`, this.disguise(goFile(name, '', ['"embed"'], body)));
  }

  private addAssembly(folder: string, name: string): void {
    this.put(folder, `add_amd64.go`, `package ${name}\n\nfunc add()\n`);
    this.put(
      folder,
      `add_amd64.s`,
      '#include "textflag.h"\n#include "sub/consts.h"\nTEXT ·add(SB), NOSPLIT, $0-0\n\tRET\n',
    );
    this.put(folder, 'sub/consts.h', '#include "sub/more.h"\n');
    this.put(folder, 'sub/more.h', '#define MORE 1\n');
    this.put(folder, 'rsrc_windows_amd64.syso', 'not read on linux');
  }

  private addCgo(folder: string, name: string): void {
    const three = `three_${this.counter++}`;
    const preamble =
      '/*\n#cgo CFLAGS: -I${SRCDIR}/native/include -DX=1\n#include "native/one.h"\n#include <two.h>\n#include "three.h"\n*/';
    this.put(
      folder,
      'cgo.go',
      `package ${name}\n\n${preamble}\nimport "C"\n\nvar _ = C.one() + C.two() + C.${three}()\n`,
    );
    this.put(folder, 'native/one.h', '#include "deeper/one_impl.h"\n');
    this.put(folder, 'native/deeper/one_impl.h', 'static inline int one(void) { return 1; }\n');
    this.put(folder, 'native/include/two.h', 'static inline int two(void) { return 2; }\n');
    this.put(folder, 'three.h', `int ${three}(void);\n`);
    this.put(folder, 'three.c', `#include "three.h"\nint ${three}(void) { return 3; }\n`);
    this.put(folder, 'native/include/unread.go', 'package unread\n');
  }

  /** A Go file that is a link to one elsewhere. */
  private addLinkedFile(folder: string, name: string): void {
    const target = `linked/${name}${this.counter++}.txt`;
    this.files.set(target, `package ${name}\n\nconst linked = 1\n`);
    this.files.set(`${folder}/linked.go`, { linkTo: `${'../'.repeat(folder.split('/').length)}${target}` });
  }

  /** The same file in other clothes: a byte order mark, CRLF, comments and strings that look like imports. */
  private disguise(text: string): string {
    let disguised = text;
    if (this.random.chance(0.2)) disguised = disguised.replace(/^package /m, '/* import "not/me"\n*/ package ');
    if (this.random.chance(0.2)) disguised += '\nconst _ = `\nimport "nor/me"\n`\n';
    if (this.random.chance(0.15)) disguised = disguised.replaceAll('\n', '\r\n');
    return this.random.chance(0.15) ? `\uFEFF${disguised}` : disguised;
  }

  private put(folder: string, name: string, content: string): void {
    this.files.set(folder === '' ? name : `${folder}/${name}`, content);
  }
}

/** Go's rule for `internal`: only what is below its parent may import it. */
function isVisible(importer: string): (target: GeneratedPackage) => boolean {
  return ({ importPath }) => {
    const parent = importPath.split('/internal/')[0]!;
    return parent === importPath || importer === parent || importer.startsWith(`${parent}/`);
  };
}

function blankImport({ importPath }: GeneratedPackage): string {
  return importPath.endsWith('1') ? `_ \`${importPath}\` // raw` : `_ "${importPath}"`;
}

function goFile(packageName: string, head: string, imports: readonly string[], body: string): string {
  const unique = [...new Set(imports)];
  const declarations =
    unique.length === 1
      ? `import ${unique[0]}\n`
      : unique.length > 1
        ? `import (\n${unique.map((path) => `\t${path}\n`).join('')})\n`
        : '';
  return `${head}package ${packageName}\n\n${declarations}\n${body}\n`;
}
