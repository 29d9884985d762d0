import type { BuildRequest } from '../image-builder';
import { prepareDockerfile } from './prepare-dockerfile';

const request = (text: string): BuildRequest => ({
  stage: () => Promise.resolve(),
  ignoreText: '!**',
  dockerfile: 'web/Dockerfile',
  dockerfileText: text,
  buildArgs: {},
  secrets: [],
  network: 'default',
  projectImages: {},
  tags: [],
});

const STAGED = { stagedFolder: '/nowhere', namedFolders: {} };

describe('prepareDockerfile', () => {
  it.each([
    ['COPY <<EOF /a\nx\nEOF', '4.7.2', '4.8.0', 'a heredoc (<<) in COPY'],
    ['COPY --link a /a', '5.5.2', '5.6.0', 'COPY --link'],
    ['COPY --exclude=b a /a', '4.3.1', '5.3.0', 'COPY --exclude'],
    ['COPY --parents a /a', '5.4.0', '5.5.0', 'COPY --parents'],
    ['RUN --network=none true', '4.3.1', '4.8.0', 'RUN --network'],
  ])('refuses %j to podman %s, and gives it to podman %s', async (line, old, recent, what) => {
    const text = `FROM scratch\n${line}\n`;
    await expect(prepareDockerfile(request(text), STAGED, old)).rejects.toMatchObject({
      problem: {
        code: 'ENGINE_SYNTAX_UNSUPPORTED',
        message: `web/Dockerfile:2 uses ${what}, which podman ${old} does not understand.`,
        hint: expect.stringContaining(`install podman ${recent.slice(0, 3)} or later`) as string,
      },
    });
    expect(await prepareDockerfile(request(text), STAGED, recent)).toContain(line.split('\n')[0]);
  });

  it('refuses what no podman has, and says which engine does', async () => {
    await expect(prepareDockerfile(request('FROM scratch\nADD --unpack a /a'), STAGED, '9.0')).rejects.toMatchObject({
      problem: { hint: expect.stringContaining('build with the engine docker') as string },
    });
  });

  it('refuses a heredoc in a stage that is not needed, but no flag there', async () => {
    const unneeded = (line: string): string => `FROM scratch AS unneeded\n${line}\nFROM scratch\nCOPY a /a\n`;
    await expect(prepareDockerfile(request(unneeded('RUN <<EOF\nx\nEOF')), STAGED, '4.3.1')).rejects.toThrow(
      'Dockerfile:2 uses a heredoc',
    );
    await expect(prepareDockerfile(request(unneeded('COPY --link a /a')), STAGED, '4.3.1')).resolves.toContain(
      '--link',
    );
  });

  it('refuses a folder as a base image, which podman takes for the name of an image, and none that is copied from', async () => {
    const named = { ...request('FROM files\nCOPY --from=files a /a\n'), namedContexts: new Map([['files', noStage]]) };
    await expect(prepareDockerfile(named, STAGED, '5.7.0')).rejects.toMatchObject({
      problem: {
        code: 'ENGINE_SYNTAX_UNSUPPORTED',
        message: expect.stringContaining(
          'web/Dockerfile:1 uses the additional build context files as a base',
        ) as string,
        hint: expect.stringContaining('build with the engine docker') as string,
      },
    });
    const copied = { ...named, dockerfileText: 'FROM scratch\nCOPY --from=files a /a\n' };
    await expect(prepareDockerfile(copied, STAGED, '4.3.1')).resolves.toContain('--from=files');
  });
});

const noStage = (): Promise<void> => Promise.resolve();
