import { listCopySources } from '../../dockerfile/list-copy-sources';
import { parseDockerfile } from '../../dockerfile/parse-dockerfile';
import { selectStages } from '../../dockerfile/select-stages';
import { listNarrowedRuns } from './list-narrowed-runs';

function open(lines: readonly string[]) {
  const dockerfile = parseDockerfile(lines.join('\n'), 'Dockerfile');
  const selection = { buildArgs: {}, platform: 'linux/amd64' };
  const sources = listCopySources(dockerfile, selection);
  const bases = new Map(
    selectStages(dockerfile, selection).flatMap(({ stage, base }) =>
      base.kind === 'stage' ? [[stage.index, base.stage.index] as const] : [],
    ),
  );
  const reads = sources.reads.map((read) => ({ ...read, narrowedTo: [] }));
  return { reads, sources, bases };
}

function runsOf(...lines: readonly string[]): string[] {
  const { reads, sources, bases } = open(lines);
  return listNarrowedRuns(reads, sources, bases).map(({ shell }) => shell);
}

describe('listNarrowedRuns', () => {
  test('those after the instruction in its stage', () => {
    expect(runsOf('FROM a', 'RUN before', 'COPY . /src', 'RUN after')).toEqual(['after']);
  });

  test('those of a stage that is FROM it', () => {
    expect(runsOf('FROM a AS one', 'COPY . /src', 'FROM one', 'RUN in-two')).toEqual(['in-two']);
  });

  test('those after a copy from its stage, and in what is made of that', () => {
    expect(
      runsOf(
        'FROM a AS one',
        'COPY . /src',
        'FROM a AS two',
        'RUN before',
        'COPY --from=one /src /src',
        'RUN in-two',
        'FROM two AS three',
        'RUN in-three',
        'FROM a',
        'RUN unrelated',
        'COPY --from=three /ok /',
        'RUN last',
      ),
    ).toEqual(['in-two', 'in-three', 'last']);
  });

  test('those from a line on that mounts its stage: it may have copied from there', () => {
    expect(
      runsOf(
        'FROM a AS one',
        'COPY . /src',
        'FROM a',
        'RUN before',
        'RUN --mount=type=bind,from=one,target=/m mounting',
        'RUN after',
      ),
    ).toEqual(['mounting', 'after']);
  });
});
