import type { BuildRequest } from '../image-builder';
import { prepareDockerDockerfile } from './prepare-docker-dockerfile';

const request = (text: string, projectImages: Record<string, string> = {}): BuildRequest => ({
  stage: () => Promise.resolve(),
  ignoreText: '!**',
  dockerfile: 'web/Dockerfile',
  dockerfileText: text,
  buildArgs: { GIVEN: 'base' },
  secrets: [],
  network: 'default',
  projectImages,
  tags: [],
});

describe('prepareDockerDockerfile', () => {
  it.each([
    ['FROM base\nRUN echo base', 'FROM TAG\nRUN echo base'],
    ['FROM base AS base\nRUN x', 'FROM TAG AS base\nRUN x'],
    [
      'ARG GIVEN\nFROM --platform=$TARGETPLATFORM ${GIVEN}\nRUN x',
      'ARG GIVEN\nFROM --platform=$TARGETPLATFORM TAG\nRUN x',
    ],
    ['FROM \\\n  base\nRUN x', 'FROM \\\n  TAG\nRUN x'],
    ['FROM scratch\nCOPY --from=base /a /base', 'FROM scratch\nCOPY --from=TAG /a /base'],
    ['FROM scratch\nCOPY --chown=1 --from=base \\\n /a /b', 'FROM scratch\nCOPY --chown=1 --from=TAG \\\n /a /b'],
    [
      'FROM scratch\nRUN --mount=type=bind,from=base,source=/a,target=/b --mount=from=base,target=/c x',
      'FROM scratch\nRUN --mount=type=bind,from=TAG,source=/a,target=/b --mount=from=TAG,target=/c x',
    ],
    ['FROM base-image\nRUN x', 'FROM base-image\nRUN x'],
    ['FROM other AS base\nFROM base\nRUN x', 'FROM other AS base\nFROM base\nRUN x'],
  ])('puts the image tag for the name in %j', (text, expected) =>
    expect(prepareDockerDockerfile(request(text, { base: 'TAG' }), '20.10.24', 'x')).toBe(expected),
  );

  it('refuses a heredoc that docker 20.10 would read as instructions', () => {
    const text = 'FROM scratch\nRUN <<EOF\necho a\nEOF';
    expect(() => prepareDockerDockerfile(request(text), '20.10.24+dfsg1', 'x')).toThrow(
      'web/Dockerfile:2 uses a heredoc',
    );
    expect(prepareDockerDockerfile(request(text), '23.0.1', 'x')).toBe(text);
    expect(prepareDockerDockerfile(request(`# syntax=docker/dockerfile:1\n${text}`), '20.10.24', 'x')).toContain(
      '<<EOF',
    );
  });

  it.each([
    ['RUN --mount=type=cache,target=/c x', 'RUN --mount=type=cache,target=/c,id=/c-b1 x'],
    ['RUN --mount=id=go,type=cache,target=/c \\\n x', 'RUN --mount=type=cache,target=/c,id=go-b1 \\\n x'],
    ['RUN --mount=type=bind,target=/c x', 'RUN --mount=type=bind,target=/c x'],
  ])('gives a cache that is to be fresh a name that no other build has: %j', (line, expected) => {
    const text = (run: string): string => `FROM scratch\n${run}\n`;
    const prepare = (freshCaches: boolean): string =>
      prepareDockerDockerfile({ ...request(text(line)), freshCaches }, '20.10.24', 'b1');
    expect(prepare(true)).toBe(text(expected));
    expect(prepare(false)).toBe(text(line));
  });
});
