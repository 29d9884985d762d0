import { execFileSync } from 'node:child_process';
import { cpSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { CommandLineLab, type Answer } from './command-line-lab';

const REPOSITORY = join(__dirname, '..', '..', '..');

let lab: CommandLineLab;

afterEach(() => lab.remove());

/** A small repository that does everything that it should not. */
const SINS: Readonly<Record<string, string>> = {
  'nx.json': JSON.stringify({ analytics: false, plugins: ['nx-slipway'] }),
  'package.json': JSON.stringify({ private: true, scripts: { image: 'docker build --no-cache -t web:latest .' } }),
  '.gitignore': 'node_modules\n.nx\n',
  'slipway.lock.json': JSON.stringify({
    schemaVersion: 1,
    bases: { 'golang:1.22': { digest: `sha256:${'1'.repeat(64)}` } },
  }),
  'go.mod': 'module example.com/m\n\ngo 1.22\n',
  'README.md': '# m\n',
  'docs/guide.md': 'x\n'.repeat(1000),
  'k8s/web.yaml': 'kind: Service\n',
  'internal/mail/mail.go': 'package mail\n',
  'internal/mail/mail_test.go': 'package mail\n',
  'internal/other/other.go': 'package other\n',
  'web/main.go': 'package main\n\nimport _ "example.com/m/internal/mail"\n\nfunc main() {}\n',
  'web/.env': 'API_TOKEN=hunter22\n',
  'web/project.json': `{
    // Which target builds what.
    "name": "web",
    "targets": {
        "image-build": {
            "options": {
                "buildContext": "{workspaceRoot}", // the whole module
                "buildArgs": { "GO": "1", "GIT_COMMIT": "$(git rev-parse HEAD)" },
            },
        },
    },
}`,
  'web/Dockerfile': `FROM golang:1.22 AS build
ARG GO
WORKDIR /src
COPY . .
RUN go build -o /out/web ./web
FROM scratch
ARG GIT_COMMIT
LABEL commit=$GIT_COMMIT
COPY --from=build /out/web /web
`,
};

interface Shown {
  readonly contexts: {
    image: string;
    files: number;
    history: { commits: number | null; rebuilds: number | null; limit: string | null };
    directories: { path: string; commits: number | null; lines: { line: number; text: string }[] }[];
  }[];
  readonly findings: { file: string | null; code: string; message: string; fixable: boolean }[];
  readonly written?: string[];
  readonly notWritten?: string[];
}

function shown(answer: Answer): Shown {
  expect(answer.stderr).toBe('');
  return JSON.parse(answer.stdout) as Shown;
}

function git(...args: readonly string[]): void {
  execFileSync('git', ['-c', 'user.name=a', '-c', 'user.email=a@example.com', ...args], { cwd: lab.root });
}

function commitAll(message: string): void {
  git('add', '--all');
  git('commit', '--quiet', '--allow-empty', '--message', message);
}

describe('doctor --fix in a repository with all the sins', () => {
  test('tells what changes often, writes what it proposes, and the second time nothing', async () => {
    lab = await CommandLineLab.create(SINS);
    git('init', '--quiet');
    commitAll('one');
    for (const text of ['a', 'b']) {
      await lab.write({ 'docs/guide.md': text });
      commitAll(text);
    }
    await lab.write({ 'internal/other/other.go': 'package other\n\nconst A = 1\n' });
    commitAll('other');

    const before = shown(await lab.slipway(['doctor', 'web', '--json']));
    const [context] = before.contexts;
    expect(context).toMatchObject({ image: 'web', history: { commits: 4, rebuilds: 4, limit: null } });
    expect(context?.directories).toContainEqual(
      expect.objectContaining({ path: 'docs', commits: 3, lines: [{ line: 4, text: 'COPY . .' }] }),
    );
    const ofCode = (code: string) => before.findings.filter((finding) => finding.code === code);
    expect(ofCode('CONTEXT_NARROW_SUGGESTED')[0]?.message).toContain('rebuilds in the last 4 commits: 4 now, 1 then');
    expect(ofCode('CONTEXT_SECRET_SUSPECTED')).toMatchObject([{ file: 'web/.env', fixable: false }]);
    expect(ofCode('CONTEXT_IGNORE_SUGGESTED').map(({ message }) => /the line (\S+)/.exec(message)?.[1])).toEqual([
      'k8s',
      'docs',
      '**/*_test.go',
      '**/*.md',
      '**/Dockerfile',
    ]);
    expect(await lab.read('web/project.json')).toBe(SINS['web/project.json']);

    const fixed = shown(await lab.slipway(['doctor', '--json', '--fix']));
    expect(fixed.notWritten).toEqual([]);
    expect(fixed.written).toEqual([
      '.dockerignore: adds k8s',
      '.dockerignore: adds docs',
      '.dockerignore: adds **/*_test.go',
      '.dockerignore: adds **/*.md',
      '.dockerignore: adds **/Dockerfile',
      'web/project.json: adds to narrow {"COPY . .":["go:./web"]}',
      'web/project.json: moves GIT_COMMIT from buildArgs to stamps',
    ]);
    expect(await lab.read('.dockerignore')).toBe('k8s\ndocs\n**/*_test.go\n**/*.md\n**/Dockerfile\n');
    const project = await lab.read('web/project.json');
    expect(project).toContain('    // Which target builds what.\n');
    expect(project).toContain('"buildContext": "{workspaceRoot}", // the whole module\n');
    expect(project).toContain(
      '                "stamps": {\n                    "GIT_COMMIT": "$(git rev-parse HEAD)"\n',
    );
    expect(project.endsWith('}')).toBe(true);

    const again = shown(await lab.slipway(['doctor', '--json', '--fix']));
    expect(again.written).toEqual([]);
    expect(await lab.read('web/project.json')).toBe(project);
    expect(again.findings.map(({ code }) => code)).not.toContain('CONTEXT_IGNORE_SUGGESTED');
    expect(again.findings.map(({ code }) => code)).not.toContain('CONFIG_STAMP_IN_ARGUMENTS');
    const plan = JSON.parse((await lab.slipway(['plan', 'web', '--json', '--engine', 'none'])).stdout) as {
      images: { stamps: unknown; narrowing: string; files: { path: string }[] }[];
    };
    expect(plan.images[0]).toMatchObject({ stamps: { GIT_COMMIT: '$(git rev-parse HEAD)' }, narrowing: 'unproven' });
    expect(plan.images[0]?.files.map(({ path }) => path)).not.toContain('docs');
  });

  test('says so where there is no git, or a shallow clone', async () => {
    lab = await CommandLineLab.create(SINS);
    const without = shown(await lab.slipway(['doctor', 'web', '--json']));
    expect(without.contexts[0]?.history).toMatchObject({ commits: null, rebuilds: null });
    expect(without.contexts[0]?.history.limit).toContain('not a git repository');
    git('init', '--quiet');
    commitAll('one');
    commitAll('two');
    const clone = `${lab.root} clone`;
    try {
      execFileSync('git', ['clone', '--quiet', '--depth', '1', `file://${lab.root}`, clone]);
      cpSync(join(lab.root, 'node_modules'), join(clone, 'node_modules'));
      const shallow = shown(await lab.slipway(['doctor', 'web', '--json'], `../${clone.split('/').at(-1)}`));
      expect(shallow.contexts[0]?.history).toMatchObject({ commits: 1, rebuilds: 1 });
      expect(shallow.contexts[0]?.history.limit).toContain('git fetch --unshallow');
    } finally {
      rmSync(clone, { recursive: true, force: true });
    }
  });

  test('proposes no narrowing that prove would refuse', async () => {
    // The copied folder is in the image itself: what a rule leaves out of it would be gone in silence.
    const refused = SINS['web/Dockerfile']?.replace('FROM scratch\n', 'FROM build\n');
    lab = await CommandLineLab.create({ ...SINS, 'web/Dockerfile': refused ?? '' });
    const plan = await lab.slipway(['plan', 'web', '--json', '--engine', 'none']);
    expect(JSON.parse(plan.stdout)).toMatchObject({ images: [{ suggestedNarrow: { 'COPY . .': ['go:./web'] } }] });
    const codes = shown(await lab.slipway(['doctor', 'web', '--json'])).findings.map(({ code }) => code);
    expect(codes).toContain('CONTEXT_SECRET_SUSPECTED');
    expect(codes).not.toContain('CONTEXT_NARROW_SUGGESTED');
  });

  test('refuses a number of commits that is none', async () => {
    lab = await CommandLineLab.create(SINS);
    expect(await lab.slipway(['doctor', '--commits', 'x'])).toMatchObject({ exitCode: 2, stdout: '' });
  });

  test('writes into package.json where the project is configured there', async () => {
    const files = Object.fromEntries(Object.entries(SINS).filter(([path]) => path !== 'web/project.json'));
    const options = { buildContext: '{workspaceRoot}', buildArgs: { BUILD_DATE: '2026-01-01' } };
    const manifest = { name: 'web', nx: { targets: { 'image-build': { options } } } };
    lab = await CommandLineLab.create({ ...files, 'web/package.json': `${JSON.stringify(manifest, null, '\t')}\n` });
    await lab.slipway(['doctor', 'web', '--fix']);
    const after = await lab.read('web/package.json');
    expect(JSON.parse(after)).toMatchObject({
      nx: {
        targets: {
          'image-build': {
            options: { buildArgs: {}, stamps: { BUILD_DATE: '2026-01-01' }, narrow: { 'COPY . .': ['go:./web'] } },
          },
        },
      },
    });
    expect(after).toMatch(/\n\t"nx": \{\n\t\t"targets"/);
  });
});

interface GoService {
  readonly targets: { readonly 'image-build': { readonly options: { narrow?: unknown } } };
}

describe('doctor --fix over the example system', () => {
  test('narrows its two Go services as they are narrowed, changes nothing else, and the second time nothing', async () => {
    lab = await CommandLineLab.create({});
    for (const path of [
      'examples',
      '.dockerignore',
      'nx.json',
      'slipway.lock.json',
      'package.json',
      'tools/base-images',
    ]) {
      cpSync(join(REPOSITORY, path), join(lab.root, path), {
        recursive: true,
        filter: (file) => !file.includes('node_modules'),
      });
    }
    const nxJson = JSON.parse(readFileSync(join(lab.root, 'nx.json'), 'utf8')) as Record<string, unknown>;
    writeFileSync(join(lab.root, 'nx.json'), JSON.stringify({ ...nxJson, analytics: false }));
    const services = ['aianalysis', 'datastorage'].map((name) => `examples/${name}/project.json`);
    const narrowed = await Promise.all(services.map((path) => lab.read(path)));
    for (const [index, path] of services.entries()) {
      const project = JSON.parse(narrowed[index] ?? '') as GoService;
      delete project.targets['image-build'].options.narrow;
      await lab.write({ [path]: JSON.stringify(project) });
    }
    const fixed = shown(await lab.slipway(['doctor', '--json', '--fix']));
    expect(fixed.written).toEqual([
      'examples/aianalysis/project.json: adds to narrow {"COPY . .":["go:./examples/aianalysis/cmd/aianalysis"]}',
      'examples/datastorage/project.json: adds to narrow {"COPY . .":["go:./examples/datastorage/cmd/datastorage"]}',
    ]);
    expect(shown(await lab.slipway(['doctor', '--json', '--fix'])).written).toEqual([]);
    for (const [index, path] of services.entries()) {
      expect(JSON.parse(await lab.read(path))).toEqual(JSON.parse(narrowed[index] ?? ''));
    }
    expect(readdirSync(join(lab.root, 'examples', 'redis'))).toEqual(
      readdirSync(join(REPOSITORY, 'examples', 'redis')),
    );
  });
});
