import { symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { makeTree, removeTrees } from '../../build-context/testing/temporary-tree';
import { readDockerfile } from './read-dockerfile';

let workspaceRoot = '';
beforeEach(() => (workspaceRoot = makeTree({ 'web/Dockerfile': 'FROM scratch\n# é\n' })));
afterEach(() => removeTrees([workspaceRoot]));

const read = (dockerfile: string) => readDockerfile({ workspaceRoot, dockerfile, project: 'web' });

describe('readDockerfile', () => {
  test('gives the text', async () => {
    await expect(read('web/Dockerfile')).resolves.toBe('FROM scratch\n# é\n');
  });

  test.each([
    ['web/Dockerfile.gone', /does not exist/],
    ['web', /is a folder/],
  ])('%s is missing', async (path, message) => {
    await expect(read(path)).rejects.toMatchObject({
      code: 'DOCKERFILE_MISSING',
      message: expect.stringMatching(message),
    });
  });

  test.each(['link/Dockerfile', 'Dockerfile.link'])('%s is behind a link, which Nx does not follow', async (path) => {
    symlinkSync('web', join(workspaceRoot, 'link'));
    symlinkSync('web/Dockerfile', join(workspaceRoot, 'Dockerfile.link'));
    await expect(read(path)).rejects.toMatchObject({
      code: 'CONTEXT_ROOT_LINKED',
      problem: { hint: expect.stringMatching(/: web\/Dockerfile$/) },
    });
  });

  test('a byte that is not UTF-8 would be lost: it is refused, with its line', async () => {
    writeFileSync(join(workspaceRoot, 'web/Dockerfile'), Buffer.from('FROM scratch\nLABEL a=\xe9\n', 'latin1'));
    await expect(read('web/Dockerfile')).rejects.toMatchObject({
      code: 'DOCKERFILE_SYNTAX_INVALID',
      message: expect.stringMatching(/web\/Dockerfile.*2|line 2/),
    });
  });
});
