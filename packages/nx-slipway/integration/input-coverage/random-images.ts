import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Random } from '../random-contexts/random';
import { editRandomly, makeRandomTree } from '../random-contexts/random-edits';
import { randomCopy, randomIgnoreFile } from '../random-contexts/random-texts';

/** An image with a build context of its own, so that one step can edit each of them. */
export interface RandomImage {
  readonly name: string;
  /** Workspace-relative. */
  readonly contextRoot: string;
  edit(): string;
}

type Kind = 'broad' | 'exact' | 'go-trusted' | 'go-proven' | 'go-unproven' | 'files' | 'mixed';
const KINDS: readonly Kind[] = ['broad', 'exact', 'go-trusted', 'go-proven', 'go-unproven', 'files', 'mixed'];

/**
 * Writes images of all kinds into a workspace. Their projects lie outside their build contexts, so that `nx affected` names one of them only
 * by the inputs of its targets.
 */
export function makeRandomImages(root: string, random: Random): readonly RandomImage[] {
  return KINDS.map((kind) => new Image(root, kind, random));
}

class Image implements RandomImage {
  readonly name: string;
  readonly contextRoot: string;
  private readonly dockerfile: string;
  private buildArg = 0;

  constructor(
    private readonly root: string,
    private readonly kind: Kind,
    private readonly random: Random,
  ) {
    this.name = kind;
    this.contextRoot = random.pick([`contexts/${kind}`, `${kind}/[a](b)`]);
    this.dockerfile = random.oneIn(3) ? `${this.contextRoot}/Dockerfile` : `projects/${kind}/Dockerfile`;
    makeRandomTree(join(root, this.contextRoot), random);
    if (kind.startsWith('go-')) this.writeGo();
    if (random.oneIn(2)) this.write(`${this.contextRoot}/.dockerignore`, randomIgnoreFile(random));
    this.writeDockerfile();
    this.writeProject();
  }

  edit(): string {
    const roll = this.random.below(12);
    if (roll === 0) return this.writeDockerfile();
    if (roll === 1) return this.writeProject();
    if (roll < 6 && this.kind.startsWith('go-')) return this.editGo();
    return editRandomly(join(this.root, this.contextRoot), this.random);
  }

  private writeDockerfile(): string {
    const { random } = this;
    const comment = `# ${random.below(3)}`;
    const copies =
      this.kind === 'exact'
        ? Array.from({ length: 1 + random.below(3) }, (_, index) => randomCopy(random, `/${index}`))
        : ['COPY . .'];
    if (this.kind === 'mixed') copies.unshift(randomCopy(random, '/first'));
    this.write(
      this.dockerfile,
      ['FROM debian:bookworm-slim', comment, 'ARG A', 'WORKDIR /w', ...copies, ''].join('\n'),
    );
    return this.dockerfile;
  }

  private writeProject(): string {
    this.buildArg = this.random.below(3);
    const rules: Readonly<Record<Kind, object>> = {
      broad: {},
      exact: {},
      'go-trusted': { narrow: { 'COPY . .': { rules: ['go:./cmd/web'], trusted: true } } },
      'go-proven': { narrow: { 'COPY . .': ['go:./cmd/web'] } },
      'go-unproven': { narrow: { 'COPY . .': ['go:./cmd/web', 'files:docs/**'] } },
      files: { narrow: { 'COPY . .': { rules: ['files:src/**', 'files:*.{md,txt}', 'files:docs'], trusted: true } } },
      mixed: { narrow: { 'COPY . .': { rules: ['files:lib/**/x.txt', 'files:src/deep'], trusted: true } } },
    };
    const options = {
      dockerfile: this.dockerfile,
      buildContext: this.contextRoot,
      image: this.name,
      buildArgs: { A: String(this.buildArg) },
      ...rules[this.kind],
    };
    const path = `projects/${this.kind}/project.json`;
    this.write(path, JSON.stringify({ name: this.name, targets: { 'image-build': { options } } }));
    return path;
  }

  private writeGo(): void {
    this.writeInContext('go.mod', 'module example.test/m\n\ngo 1.22\n');
    this.writeInContext(
      'cmd/web/main.go',
      'package main\n\nimport _ "example.test/m/internal/one"\n\nfunc main() {}\n',
    );
    for (const name of ['one', 'two', 'three']) {
      this.writeInContext(`internal/${name}/${name}.go`, `package ${name}\n`);
      this.writeInContext(`internal/${name}/${name}_test.go`, `package ${name}\n`);
      this.writeInContext(`internal/${name}/data/x.txt`, name);
    }
  }

  private editGo(): string {
    const { random } = this;
    const from = random.pick(['cmd/web/main.go', 'internal/one/one.go', 'internal/two/two.go']);
    const name = random.pick(['one', 'two', 'three']);
    const packageName = from === 'cmd/web/main.go' ? 'main' : from.split('/')[1];
    const start = `package ${packageName}\n\n`;
    const main = packageName === 'main' ? '\nfunc main() {}\n' : '';
    switch (random.below(7)) {
      case 0:
        this.writeInContext(from, `${start}import _ "example.test/m/internal/${name}"\n${main}`);
        return `import of ${name} in ${from}`;
      case 1:
        this.writeInContext(
          `internal/${name}/embed.go`,
          `package ${name}\n\nimport _ "embed"\n\n//go:embed ${random.pick(['data', 'data/*.txt', 'all:data'])}\nvar Data string\n`,
        );
        return `embed in ${name}`;
      case 2:
        this.writeInContext(
          `internal/${name}/data/${random.pick(['x.txt', 'new.txt', '.y'])}`,
          String(random.below(9)),
        );
        return `data of ${name}`;
      case 3:
        this.writeInContext(
          `internal/${name}/${random.pick(['a_linux.go', 'b_test.go', 'c.s', 'd.go'])}`,
          `package ${name}\n`,
        );
        return `a file in ${name}`;
      case 4:
        this.writeInContext(`internal/${name}/${name}_test.go`, `package ${name} // ${random.below(9)}\n`);
        return `test of ${name}`;
      case 5:
        this.writeInContext('go.sum', `example.test/other v1.0.${random.below(9)} h1:x=\n`);
        return 'go.sum';
      default:
        this.writeInContext('README.md', String(random.below(9)));
        return 'README.md';
    }
  }

  private writeInContext(path: string, text: string): void {
    this.write(`${this.contextRoot}/${path}`, text);
  }

  private write(path: string, text: string): void {
    const absolute = join(this.root, path);
    mkdirSync(dirname(absolute), { recursive: true });
    if (!existsSync(absolute) || readFileSync(absolute, 'utf8') !== text) writeFileSync(absolute, text);
  }
}
