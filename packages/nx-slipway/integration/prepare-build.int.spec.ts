import type { PreparedBuild } from '../src/executors/image-build/prepare-build';
import { openImageBuildLab } from './image-build-lab';

async function prepare(dockerfile: string, options: Readonly<Record<string, unknown>>): Promise<PreparedBuild> {
  const lab = openImageBuildLab(dockerfile, options);
  try {
    return await lab.prepare();
  } finally {
    lab.dispose();
  }
}

describe('prepareBuild', () => {
  const stamps = { COMMIT: '{commitSha}' };

  it.each([
    ['FROM', 'ARG COMMIT=a\nFROM debian:$COMMIT\n', 2],
    ['COPY', 'FROM scratch\nARG COMMIT=a\nCOPY $COMMIT.txt /\n', 3],
  ])('refuses a stamp that decides what %s names', async (_, dockerfile, line) => {
    await expect(prepare(dockerfile, { stamps })).rejects.toMatchObject({
      code: 'CONFIG_STAMP_DECIDES',
      message: expect.stringContaining(`line ${line} of web/Dockerfile`) as string,
    });
  });

  it('takes a stamp that is part of a label', async () => {
    const { contentKey } = await prepare('FROM scratch\nARG COMMIT\nLABEL a=$COMMIT\nCOPY a.txt /\n', { stamps });
    expect(contentKey).toHaveLength(64);
  });

  it('has the network in the content key, where it is not the default', async () => {
    const keyOf = async (options: object): Promise<string> =>
      (await prepare('FROM scratch\nCOPY a.txt /\n', { ...options })).contentKey;
    const usual = await keyOf({});
    expect(await keyOf({ network: 'default' })).toBe(usual);
    expect(await keyOf({ network: 'none' })).not.toBe(usual);
  });
});
