import { join } from 'node:path';
import { mkdirSync } from 'node:fs';
import { isSlipwayError } from '../errors/slipway-error';
import { assertCopySources } from './assert-copy-sources';
import { openFileDigests } from './file-digests';
import { NEVER_IN_CONTEXT } from './filtered-tree';
import { scanBuildContext } from './scan-build-context';
import { makeTree, removeTrees } from './testing/temporary-tree';

let root = '';
beforeAll(() => {
  root = makeTree({
    '.dockerignore': '\ndocs\n**/*.md',
    '.gitignore': 'gen',
    'docs/a': '',
    'only/a.md': '',
    'gen/x': '',
    'src/a.go': '',
    link: { link: 'src' },
  });
  mkdirSync(join(root, 'empty'));
});
afterAll(() => removeTrees([root]));

async function problemOf(...sources: string[]) {
  const context = await scanBuildContext(
    { workspaceRoot: root, contextRoot: '', dockerfile: 'Dockerfile', ownOutputs: [] },
    openFileDigests(join(root, '.nx/digests'), { now: () => 0 }),
  );
  try {
    const never = [...NEVER_IN_CONTEXT, 'dist/images'];
    assertCopySources([{ instruction: 'COPY', line: 7, sources }], 'app/Dockerfile', context, never);
    return undefined;
  } catch (error) {
    if (isSlipwayError(error)) return error.problem;
    throw error;
  }
}

describe('assertCopySources', () => {
  test.each(['', 'src', 'src/a.go', 'nope*', 'link', 'link/a.go'])('lets %j pass', async (source) => {
    expect(await problemOf(source)).toBeUndefined();
  });

  test.each([
    ['nope', 'it does not exist'],
    ['docs/a', 'it is excluded by .dockerignore line 2'],
    ['docs/b', 'it does not exist, and would be excluded by .dockerignore line 2'],
    ['only', 'nothing in it is let through: only/a.md is excluded by .dockerignore line 3'],
    ['empty', 'it is an empty folder'],
  ])('%s: %s', async (source, reason) => {
    const problem = await problemOf('src', source);
    expect(problem?.code).toBe('CONTEXT_SOURCE_MISSING');
    expect(problem?.message).toContain(`app/Dockerfile:7 COPY names ${source}, `);
    expect(problem?.message).toContain(reason);
  });

  test.each(['gen', 'gen/x'])('%s is there, and git ignores it', async (source) => {
    const problem = await problemOf(source);
    expect(problem?.code).toBe('CONTEXT_UNTRACKED_SOURCE');
    expect(problem?.message).toContain(`app/Dockerfile:7 COPY names ${source}, which is ignored by .gitignore`);
    expect(problem?.hint).toContain('copiesOutputsOf');
  });

  test.each([
    ['.git', '.git'],
    ['lib/node_modules/x', 'node_modules'],
    ['dist/images/web', 'dist/images'],
  ])('%s is never part of a build context', async (source, excluded) => {
    const problem = await problemOf(source);
    expect(problem?.code).toBe('CONTEXT_SOURCE_EXCLUDED');
    expect(problem?.message).toContain(`${excluded} is never part of a build context`);
  });
});
