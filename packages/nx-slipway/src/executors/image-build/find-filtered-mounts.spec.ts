import { listCopySources } from '../../dockerfile/list-copy-sources';
import { parseDockerfile } from '../../dockerfile/parse-dockerfile';
import { findFilteredMounts } from './find-filtered-mounts';

const BUILD_CONTEXT = {
  ignoreFile: 'web/.dockerignore',
  leftOut: [
    { path: 'src/a.log', reason: 'excluded by web/.dockerignore line 2', ignoreLine: 2 },
    { path: 'src/node_modules', reason: 'never part of a build context' },
    { path: 'srcs/b.log', reason: 'excluded by web/.dockerignore line 2', ignoreLine: 2 },
  ],
};

const noticesOf = (instruction: string): readonly string[] => {
  const dockerfile = parseDockerfile(`FROM debian\n${instruction}\n`, 'web/Dockerfile');
  const { reads } = listCopySources(dockerfile, { buildArgs: {}, platform: 'linux/amd64' });
  return findFilteredMounts(reads, dockerfile.source, BUILD_CONTEXT).map(({ message }) => message);
};

test.each([
  ['RUN --mount=target=/src,source=src make', 'src of the build context', 'src/a.log.'],
  ['RUN --mount=type=bind,target=/all make', '. of the build context', 'src/a.log, srcs/b.log.'],
])('says which files are ignored in what %s mounts', (instruction, folder, paths) => {
  const [message, ...others] = noticesOf(instruction);
  expect(others).toEqual([]);
  expect(message).toContain(`web/Dockerfile:2 mounts ${folder} without what web/.dockerignore ignores in it: ${paths}`);
});

test.each([
  ['COPY . .'],
  ['RUN --mount=target=/lib,source=lib make'],
  ['RUN --mount=type=cache,target=/src make'],
  ['RUN --mount=target=/src,source=$UNKNOWN make'],
])('says nothing of %s', (instruction) => {
  expect(noticesOf(instruction)).toEqual([]);
});
