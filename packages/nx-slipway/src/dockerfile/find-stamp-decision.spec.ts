import { findStampDecision } from './find-stamp-decision';
import { parseDockerfile } from './parse-dockerfile';

const find = (lines: readonly string[]): number | undefined =>
  findStampDecision(parseDockerfile(lines.join('\n'), 'Dockerfile'), {
    buildArgs: { KNOWN: 'debian:12' },
    stamps: ['COMMIT'],
    platform: 'linux/amd64',
  });

describe('findStampDecision', () => {
  it.each<[string, readonly string[], number | undefined]>([
    ['FROM', ['ARG COMMIT', 'FROM debian:${COMMIT}'], 2],
    ['FROM, whatever the default', ['ARG COMMIT=12', 'FROM debian:$COMMIT'], 2],
    ['FROM, by another argument', ['ARG COMMIT', 'ARG BASE=debian:$COMMIT', 'FROM $BASE'], 3],
    ['COPY', ['FROM scratch', 'ARG COMMIT', 'COPY files-$COMMIT /files'], 3],
    ['COPY, by ENV', ['FROM scratch', 'ARG COMMIT', 'ENV A=$COMMIT', 'COPY files-$A /files'], 4],
    ['COPY --from', ['FROM debian AS a', 'FROM scratch', 'ARG COMMIT', 'COPY --from=debian:$COMMIT /a /a'], 4],
    ['RUN --mount', ['FROM debian', 'ARG COMMIT', 'RUN --mount=type=bind,source=$COMMIT,target=/a true'], 3],
    ['nothing, but a label', ['FROM scratch', 'ARG COMMIT', 'LABEL a=$COMMIT', 'COPY a /'], undefined],
    ['nothing, where it is not declared', ['FROM scratch', 'ARG KNOWN', 'COPY a-$KNOWN /'], undefined],
    ['nothing, where the base may set the variable', ['FROM debian', 'ARG COMMIT', 'COPY a-$OTHER /'], undefined],
  ])('a stamp decides %s', (_, lines, expected) => {
    expect(find(lines)).toBe(expected);
  });
});
