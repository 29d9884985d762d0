import { join } from 'node:path';
import { makeTree, removeTrees } from '../build-context/testing/temporary-tree';
import { openContextFiles } from './context-files';
import { openWorkspaceFiles } from './open-workspace-files';
import { planImageBuild } from './plan-image-build';

const WORKSPACE = {
  'nx.json': '{}',
  'package.json': '{ "name": "shop" }',
  'package-lock.json': '{ "name": "shop", "lockfileVersion": 3, "packages": { "": { "name": "shop" } } }',
  'apps/web/main.js': '',
};

let workspaceRoot = '';
afterEach(() => removeTrees([workspaceRoot]));

interface Variation {
  readonly files?: Readonly<Record<string, string>>;
  readonly copiesOutputsOf?: readonly string[];
  readonly stamps?: Readonly<Record<string, string>>;
  readonly namedContexts?: Readonly<Record<string, string>>;
}

function inputsOf(
  lines: readonly string[],
  rules: readonly string[],
  { files = {}, copiesOutputsOf = [], stamps = {}, namedContexts = {} }: Variation = {},
): readonly string[] {
  workspaceRoot = makeTree({
    ...WORKSPACE,
    ...files,
    'apps/web/Dockerfile': ['FROM scratch', ...lines, ''].join('\n'),
  });
  const machineStore = join(workspaceRoot, 'machine');
  return planImageBuild(
    {
      project: { name: 'web', root: 'apps/web' },
      image: 'web',
      dockerfile: 'apps/web/Dockerfile',
      buildContext: '.',
      buildArgs: {},
      narrow: rules.length === 0 ? {} : { 'COPY . .': { rules: [...rules], trusted: true } },
      copiesOutputsOf,
      stamps,
      namedContexts,
    },
    {
      files: openWorkspaceFiles(workspaceRoot, []),
      contexts: openContextFiles({ workspaceRoot, machineStore, clock: { now: () => 0 } }),
    },
  ).inputGlobs;
}

describe('planImageBuild', () => {
  const WHOLE_LOCK = '{workspaceRoot}/package-lock.json';

  test('the npm lock file is no input of an image that is given what nx:dependencies leaves of it', () => {
    const inputs = inputsOf(['COPY . .'], ['nx:dependencies']);
    expect(inputs).toContain('{projectRoot}/**/*');
    expect(inputs).not.toContain(WHOLE_LOCK);
  });

  test.each([
    ['another instruction', ['COPY package-lock.json ./', 'COPY . .'], ['nx:dependencies']],
    ['another rule', ['COPY . .'], ['nx:dependencies', 'files:package-lock.json']],
  ])('it is where %s reads it as it is', (_, lines, rules) => {
    expect(inputsOf(lines, rules)).toContain(WHOLE_LOCK);
  });

  const WHOLE_CONTEXT = '{workspaceRoot}/**/*';
  const GO = {
    'go.mod': 'module shop\n\ngo 1.22\n',
    'cmd/web/main.go': 'package main\n\nfunc main() {}\n',
    'internal/mail/mail.go': 'package mail\n',
  };

  test('what a go: rule leaves out is no input', () => {
    expect(inputsOf(['COPY . .'], ['go:./cmd/web'], { files: GO })).not.toContain(WHOLE_CONTEXT);
  });

  test.each([['go:./cmd/web'], ['files:cmd/**']])(
    'the inputs are as wide as the build context where tasks make files that %s may lead on from',
    (rule) => {
      const copiesOutputsOf = ['generate'];
      expect(inputsOf(['COPY . .'], [rule], { files: GO, copiesOutputsOf })).toContain(WHOLE_CONTEXT);
    },
  );

  test('the inputs are as wide as the build context where a stamp is part of a source', () => {
    const lines = ['ARG COMMIT=a', 'COPY files-$COMMIT /'];
    expect(inputsOf(lines, [])).not.toContain(WHOLE_CONTEXT);
    expect(inputsOf(lines, [], { stamps: { COMMIT: '{commitSha}' } })).toContain(WHOLE_CONTEXT);
  });

  test('of an additional build context what is read of it, and what decides what is let through', () => {
    const namedContexts = { proto: 'libs/proto', unread: 'libs/unread' };
    const inputs = inputsOf(['COPY --from=proto v1 /v1', 'COPY main.js /'], [], { namedContexts });
    expect(inputs).toEqual(
      expect.arrayContaining(
        ['v1', 'v1/**/*', '.{containerignore,dockerignore}', '**/{.nxignore,.ignore,.gitignore}'].map(
          (path) => `{workspaceRoot}/libs/proto/${path}`,
        ),
      ),
    );
    expect(inputs).not.toContain('{workspaceRoot}/libs/proto/**/*');
    expect(inputs.join()).not.toContain('libs/unread');
    expect(inputs.join()).not.toContain('libs/proto/main.js');
  });

  test('all of an additional build context where its use is not known', () => {
    const namedContexts = { proto: 'libs/proto' };
    expect(inputsOf(['COPY --from=proto $HOME /v1'], [], { namedContexts })).toContain(
      '{workspaceRoot}/libs/proto/**/*',
    );
    expect(inputsOf(['FETCH it'], [], { namedContexts })).toContain('{workspaceRoot}/libs/proto/**/*');
  });

  test('what the ignore file of one build context leaves out is not taken from another', () => {
    const namedContexts = { proto: 'libs/proto' };
    const files = { '.dockerignore': 'libs\ndocs\n', 'libs/proto/.dockerignore': 'v1/*.tmp\n' };
    const inputs = inputsOf(['COPY . /all', 'COPY --from=proto v1 /v1'], [], { namedContexts, files });
    expect(inputs).toContain('{workspaceRoot}/libs/proto/v1/**/*');
    expect(inputs.filter((glob) => /^!.*(?:libs|docs|tmp)/.test(glob))).toEqual([]);
    expect(inputs).toContain('!{workspaceRoot}/dist/images/**/*');
    expect(inputsOf(['COPY . /all'], [], { files })).toContain('!{workspaceRoot}/docs/**/*');
  });
});
