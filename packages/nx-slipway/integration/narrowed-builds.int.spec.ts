import { jobOfWorkspaceImage } from '../src/executors/image-build/job-of-workspace-image';
import { openPlanningGround } from '../src/executors/image-build/planning-ground';
import { prepareBuild } from '../src/executors/image-build/prepare-build';
import { suggestNarrow } from '../src/executors/image-build/suggest-narrow';
import { makeTree, removeTrees, type TreeEntry } from '../src/build-context/testing/temporary-tree';
import type { TaskPlace } from '../src/executors/task-place';

const trees: string[] = [];
afterEach(() => removeTrees(trees.splice(0)));

const GO_REPOSITORY = {
  'go.mod': 'module example.com/shop\n\ngo 1.22\n',
  'README.md': 'shop',
  'cmd/web/main.go': 'package main\n\nimport _ "example.com/shop/internal/mail"\n\nfunc main() {}\n',
  'cmd/job/main.go': 'package main\n\nfunc main() {}\n',
  'internal/mail/mail.go': 'package mail\n',
  'internal/mail/mail_test.go': 'package mail\n',
  'internal/other/other.go': 'package other\n',
  'config/web.yaml': 'a: 1\n',
};

function dockerfile(...lines: readonly string[]): string {
  return ['FROM golang:1.22 AS build', 'WORKDIR /src', ...lines, ''].join('\n');
}

function open(
  dockerfileText: string,
  options: Readonly<Record<string, unknown>> = {},
  entries: Readonly<Record<string, TreeEntry>> = GO_REPOSITORY,
) {
  const root = makeTree({ ...entries, 'web/Dockerfile': dockerfileText });
  trees.push(root);
  const image = { image: 'web', project: 'web', target: 'image-build', projectRoot: 'web' };
  const place: TaskPlace = {
    workspaceRoot: root,
    project: 'web',
    target: 'image-build',
    projectRoot: 'web',
    machineStore: `${root}/.nx/machine`,
    workspaceImages: [{ ...image, options: { buildContext: '', platform: 'linux/amd64', ...options } }],
    outputsOf: (project, target) => (project === 'web' && target === 'bundle' ? ['dist/web'] : undefined),
    listProjects: () => new Map(),
    findDeploy: () => undefined,
  };
  const ground = () => openPlanningGround(place, { now: () => 0 });
  const job = jobOfWorkspaceImage('web', place);
  return {
    filesOf: async (
      ...prepared: Parameters<typeof prepareBuild> extends [unknown, unknown, ...infer Rest] ? Rest : never
    ) =>
      (await prepareBuild(job, ground(), ...prepared)).buildContext.entries
        .filter(({ kind }) => kind !== 'directory')
        .map(({ path }) => path),
    suggest: async () => (await suggestNarrow(job, ground()))?.option ?? null,
  };
}

async function problemOf(promise: Promise<unknown>) {
  try {
    await promise;
  } catch (error) {
    return error;
  }
  throw new Error('nothing was thrown');
}

describe('a narrowed build', () => {
  const BUILD_WEB = ['COPY . .', 'RUN go build -o /out/web ./cmd/web'];

  it('is given what its Go package imports, and no tests', async () => {
    const { filesOf } = open(dockerfile(...BUILD_WEB), { narrow: { 'COPY . .': ['go:./cmd/web'] } });
    expect(await filesOf({ narrowing: 'assumed' })).toEqual(['cmd/web/main.go', 'go.mod', 'internal/mail/mail.go']);
    expect(await filesOf()).toContain('internal/other/other.go');
  });

  it('is given what other rules and other instructions name, too', async () => {
    const { filesOf } = open(dockerfile('COPY README.md /', ...BUILD_WEB), {
      narrow: { 'COPY  .  .': { rules: ['go:./cmd/web', 'files:config/**'], trusted: true } },
    });
    expect(await filesOf()).toEqual([
      'README.md',
      'cmd/web/main.go',
      'config/web.yaml',
      'go.mod',
      'internal/mail/mail.go',
    ]);
  });

  it('that left out what a later stage copies is an error that says what to add', async () => {
    const text = dockerfile(...BUILD_WEB, 'FROM scratch', 'COPY --from=build /src/config/web.yaml /etc/');
    const narrow = { 'COPY . .': { rules: ['go:./cmd/web'], trusted: true } };
    expect(await problemOf(open(text, { narrow }).filesOf())).toMatchObject({
      code: 'CONTEXT_FILE_MISSING',
      problem: {
        message: 'web/Dockerfile:6 copies config/web.yaml, which narrowing left out: go:./cmd/web does not need it.',
        hint: expect.stringContaining('"narrow": {"COPY . .":["go:./cmd/web","files:config/web.yaml"]}'),
      },
    });
    narrow['COPY . .'].rules.push('files:config/*');
    expect(await open(text, { narrow }).filesOf()).toContain('config/web.yaml');
  });

  it.each([
    ['CONTEXT_NARROW_COPY_UNKNOWN', { 'COPY src .': ['go:./cmd/web'] }],
    ['CONTEXT_NARROW_PACKAGE_UNKNOWN', { 'COPY . .': { rules: ['go:./cmd/nothing'], trusted: true } }],
    ['CONTEXT_NARROW_FILES_UNMATCHED', { 'COPY . .': { rules: ['files:nothing/**'], trusted: true } }],
  ])('%s', async (code, narrow) => {
    expect(await problemOf(open(dockerfile(...BUILD_WEB), { narrow }).filesOf())).toMatchObject({ code });
  });
});

describe('suggestNarrow', () => {
  it.each([
    ['one copy of all', ['COPY . .', 'RUN go build -o /out/web ./cmd/web'], { 'COPY . .': ['go:./cmd/web'] }],
    [
      'a copy for each folder',
      ['COPY go.mod ./', 'COPY cmd/ cmd/', 'COPY internal ./internal/', 'RUN go build -o /out/web ./cmd/web'],
      { 'COPY cmd/ cmd/': ['go:./cmd/web'], 'COPY internal ./internal/': ['go:./cmd/web'] },
    ],
    ['a pattern of packages', ['COPY . .', 'RUN go build -o /out/ ./cmd/...'], null],
    ['tests', ['COPY . .', 'RUN go test ./... && go build -o /out/web ./cmd/web'], null],
    ['a script', ['COPY . .', 'RUN make build'], null],
    ['nothing broad', ['COPY go.mod ./', 'RUN go mod download'], null],
  ])('%s', async (_title, lines, expected) => {
    expect(await open(dockerfile(...lines)).suggest()).toEqual(expected);
  });

  it('what the target has already is kept, and where that is all there is nothing to suggest', async () => {
    const narrow = { 'COPY . .': ['go:./cmd/web'] };
    expect(await open(dockerfile('COPY . .', 'RUN go build ./cmd/web'), { narrow }).suggest()).toBeNull();
  });
});

describe('git-ignored files', () => {
  const BUILT = { '.gitignore': 'dist\n', 'dist/web/index.js': 'x', 'dist/other/index.js': 'y', 'web/a': '' };

  it('that a COPY names are an error that says how to declare the task which makes them', async () => {
    const failing = open('FROM scratch\nCOPY dist/web /srv\n', {}, BUILT).filesOf();
    expect(await problemOf(failing)).toMatchObject({
      code: 'CONTEXT_UNTRACKED_SOURCE',
      problem: { hint: expect.stringContaining('copiesOutputsOf') },
    });
  });

  it('are in where they are outputs of a declared task, and no others', async () => {
    const options = { copiesOutputsOf: ['bundle'] };
    expect(await open('FROM scratch\nCOPY dist/web /srv\n', options, BUILT).filesOf()).toEqual(['dist/web/index.js']);
    expect(await open('FROM scratch\nCOPY dist /srv\n', options, BUILT).filesOf()).toEqual(['dist/web/index.js']);
  });

  it('of a task that is not there are an error', async () => {
    const failing = open('FROM scratch\nCOPY dist/web /srv\n', { copiesOutputsOf: ['api:build'] }, BUILT).filesOf();
    expect(await problemOf(failing)).toMatchObject({ code: 'CONFIG_OUTPUTS_UNKNOWN' });
  });
});
