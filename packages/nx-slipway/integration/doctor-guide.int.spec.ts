import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { CommandLineLab } from './command-line-lab';

const GUIDE = join(__dirname, '..', '..', '..', 'docs', 'guides', 'doctor.md');
const START = '<!-- The output of packages/nx-slipway/integration/doctor-guide.int.spec.ts -->\n\n';
const END = '\n<!-- The end of the output -->';

const FILES: Readonly<Record<string, string>> = {
  'nx.json': JSON.stringify({ analytics: false, plugins: ['nx-slipway'] }),
  'package.json': JSON.stringify({ private: true }),
  '.gitignore': 'node_modules\n.nx\n',
  '.dockerignore': '.git\n.nx\nnode_modules\n**/Dockerfile\n',
  'slipway.lock.json': JSON.stringify({
    schemaVersion: 1,
    bases: { 'golang:1.22': { digest: `sha256:${'1'.repeat(64)}` } },
  }),
  'go.mod': 'module example.com/shop\n\ngo 1.22\n',
  'docs/guide.md': 'x\n'.repeat(1000),
  'internal/mail/mail.go': 'package mail\n',
  'internal/stock/stock.go': 'package stock\n',
  'web/main.go': 'package main\n\nimport _ "example.com/shop/internal/mail"\n\nfunc main() {}\n',
  'web/project.json': `{
  "name": "web",
  "targets": {
    "image-build": {
      "options": { "buildContext": "{workspaceRoot}", "buildArgs": { "GIT_COMMIT": "$(git rev-parse HEAD)" } }
    }
  }
}
`,
  'web/Dockerfile': `FROM golang:1.22 AS build
WORKDIR /src
COPY . .
RUN go build -o /out/web ./web
FROM scratch
ARG GIT_COMMIT
LABEL commit=$GIT_COMMIT
COPY --from=build /out/web /web
`,
};

let lab: CommandLineLab;

afterEach(() => lab.remove());

function commitAll(message: string): void {
  const git = (...args: readonly string[]): void => {
    execFileSync('git', ['-c', 'user.name=a', '-c', 'user.email=a@example.com', ...args], { cwd: lab.root });
  };
  git('init', '--quiet');
  git('add', '--all');
  git('commit', '--quiet', '--message', message);
}

function recordedIn(guide: string): string {
  return guide.slice(guide.indexOf(START) + START.length, guide.indexOf(END));
}

/** With UPDATE_GUIDES=1 what doctor prints is written into the guide. */
test('the guide shows what doctor --fix prints', async () => {
  lab = await CommandLineLab.create(FILES);
  commitAll('one');
  for (const [path, text] of [
    ['docs/guide.md', 'y\n'.repeat(1000)],
    ['docs/guide.md', 'z\n'.repeat(1000)],
    ['internal/stock/stock.go', 'package stock\n\nconst A = 1\n'],
  ] as const) {
    await lab.write({ [path]: text });
    commitAll(path);
  }
  const { stdout, stderr } = await lab.slipway(['doctor', 'web', '--fix']);
  expect(stderr).toBe('');
  const shown = stdout.replace(/^(?=.)/gm, '    ');
  const guide = readFileSync(GUIDE, 'utf8');
  if (process.env['UPDATE_GUIDES'])
    writeFileSync(
      GUIDE,
      guide.replace(recordedIn(guide), () => shown),
    );
  expect(recordedIn(readFileSync(GUIDE, 'utf8'))).toBe(shown);
});
