import { execFileSync } from 'node:child_process';
import { CommandLineLab } from './command-line-lab';

let lab: CommandLineLab;

afterEach(() => lab.remove());

const FILES = {
  'nx.json': JSON.stringify({ analytics: false, plugins: ['nx-slipway'] }),
  'package.json': JSON.stringify({ private: true, scripts: { image: 'docker build -t web:latest apps/web' } }, null, 2),
  'apps/web/Dockerfile': 'FROM debian:bookworm-slim\n',
  'apps/web/project.json': JSON.stringify(
    { name: 'web', targets: { 'image-build': { options: { buildArgs: { GIT_COMMIT: 'x' } } } } },
    null,
    2,
  ),
  'apps/bad/Dockerfile': 'COPY . .\n',
  'hack/deploy': '#!/bin/bash\npodman build --no-cache -t x:1 .\nkubectl apply -f k8s\n',
  'untracked.sh': 'docker build --no-cache .\n',
};

interface Shown {
  readonly schemaVersion: number;
  readonly findings: { image: string | null; file: string | null; line: number | null; code: string }[];
}

describe('doctor', () => {
  test('prints what it found as JSON alone, with file and line, and fails', async () => {
    lab = await CommandLineLab.create(FILES);
    execFileSync('git', ['init', '--quiet'], { cwd: lab.root });
    execFileSync('git', ['add', 'package.json', 'apps', 'hack'], { cwd: lab.root });
    const answer = await lab.slipway(['doctor', '--json'], 'apps');
    expect(answer).toMatchObject({ exitCode: 1, stderr: '' });
    const { schemaVersion, findings } = JSON.parse(answer.stdout) as Shown;
    expect(schemaVersion).toBe(1);
    expect(findings.map(({ image, file, line, code }) => `${image} ${file}:${line} ${code}`)).toEqual([
      'bad null:null DOCKERFILE_SYNTAX_INVALID',
      'web apps/web/Dockerfile:1 CONTEXT_BASE_UNPINNED',
      'web apps/web/project.json:7 CONFIG_STAMP_IN_ARGUMENTS',
      'null hack/deploy:2 CONFIG_SCRIPT_NO_CACHE',
      'null hack/deploy:2 CONFIG_SCRIPT_REBUILDS',
      'null package.json:4 CONFIG_SCRIPT_LATEST',
      'null package.json:4 CONFIG_SCRIPT_BUILDS_AGAIN',
    ]);
  });

  test('of one image looks at no scripts, and of a healthy one finds nothing', async () => {
    lab = await CommandLineLab.create({ ...FILES, 'apps/good/Dockerfile': 'FROM scratch\nCOPY . .\n' });
    const good = await lab.slipway(['doctor', 'good']);
    expect(good).toMatchObject({ exitCode: 0, stderr: '' });
    expect(good.stdout).toMatch(
      /^Image good\n {2}staged context: 1 file, .*\n {4}\. .* {2}line 2: COPY \. \.\n\nNothing was found\.\n$/,
    );
    const web = await lab.slipway(['doctor', 'web']);
    expect(web.exitCode).toBe(1);
    expect(web.stdout).toMatch(
      /^Image web\n {2}staged context: .*\n {2}apps\/web\/Dockerfile:1 {2}warning CONTEXT_BASE_UNPINNED\n/,
    );
    expect(web.stdout).not.toContain('The workspace');
  });

  test('refuses an image that there is not, and a folder outside of a workspace', async () => {
    lab = await CommandLineLab.create(FILES);
    const unknown = await lab.slipway(['doctor', 'wbe']);
    expect(unknown).toMatchObject({ exitCode: 2, stdout: '' });
    expect(unknown.stderr).toContain('Did you mean "web"?');
    const outside = await lab.slipway(['doctor'], '..');
    expect(outside).toMatchObject({ exitCode: 1, stdout: '' });
    expect(outside.stderr).toContain('CONFIG_WORKSPACE_MISSING');
  });
});
