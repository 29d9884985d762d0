import { assertEngineSyntax, isOfOneEngine } from './assert-engine-syntax';
import type { EngineOnlySyntax } from './copy-sources';
import { listCopySources } from './list-copy-sources';
import { parseDockerfile } from './parse-dockerfile';

function syntaxOf(...lines: string[]): readonly EngineOnlySyntax[] {
  return listCopySources(parseDockerfile(lines.join('\n'), 'Dockerfile'), { buildArgs: {} }).syntaxOnly;
}

const DOCKER = {
  name: 'docker',
  version: '28.0',
  has: ({ engine }: EngineOnlySyntax) => engine === 'buildkit',
} as const;

describe('assertEngineSyntax', () => {
  test('names the line, and the engine that has what this one lacks', () => {
    const found = syntaxOf('FROM scratch AS a', 'FROM scratch', 'ARG from=a', 'COPY --from=$from /a /a');
    expect(() => assertEngineSyntax(found, 'web/Dockerfile', DOCKER)).toThrow(
      'web/Dockerfile:4 uses a variable in COPY --from, which docker 28.0 does not understand.',
    );
  });

  test('refuses nothing that is only read differently', () => {
    const found = syntaxOf('# syntax=example.org/frontend', 'FROM scratch', 'COPY a /a\\\\', 'COPY b /b');
    expect(found.map(({ engine }) => engine)).toEqual(['podman', 'buildkit']);
    expect(() => assertEngineSyntax(found, 'Dockerfile', DOCKER)).not.toThrow();
  });
});

describe('isOfOneEngine', () => {
  test.each([
    ['COPY --link a /a', false],
    ['COPY <<EOF /a\nEOF', false],
    ['ADD --unpack a /a', true],
    ['RUN --mount=target=/x,z true', true],
    ['COPY a /a\\\\', true],
  ])('%j: %s', (line, expected) => expect(syntaxOf('FROM scratch', line).map(isOfOneEngine)).toEqual([expected]));
});
