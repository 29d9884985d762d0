import { listCopySources } from '../../dockerfile/list-copy-sources';
import { parseDockerfile } from '../../dockerfile/parse-dockerfile';
import { selectStages } from '../../dockerfile/select-stages';
import { findSurvivingCopies } from './find-surviving-copies';
import { listNarrowedRuns } from './list-narrowed-runs';

function open(lines: readonly string[]) {
  const dockerfile = parseDockerfile(lines.join('\n'), 'Dockerfile');
  const selection = { buildArgs: {}, platform: 'linux/amd64' };
  const sources = listCopySources(dockerfile, selection);
  const stages = selectStages(dockerfile, selection);
  const bases = new Map(
    stages.flatMap(({ stage, base }) => (base.kind === 'stage' ? [[stage.index, base.stage.index] as const] : [])),
  );
  const reads = sources.reads.map((read) => ({ ...read, narrowedTo: [] }));
  return { reads, sources, bases, targetStage: Math.max(...stages.map(({ stage }) => stage.index)) };
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

describe('findSurvivingCopies', () => {
  const linesOf = (...lines: readonly string[]): number[] => {
    const { reads, sources, bases, targetStage } = open(lines);
    return findSurvivingCopies(reads, sources, bases, targetStage).map(({ line }) => line);
  };

  test('a copy into the stage that becomes the image, or that this one is FROM', () => {
    expect(linesOf('FROM a', 'COPY . /app')).toEqual([2]);
    expect(linesOf('FROM a AS one', 'COPY . /app', 'FROM one', 'RUN true')).toEqual([2]);
  });

  test('a copy of a whole copied folder from another stage, at any distance', () => {
    expect(linesOf('FROM a AS one', 'COPY . /app', 'FROM b', 'COPY --from=one /app /app')).toEqual([4]);
    expect(
      linesOf(
        'FROM a AS one',
        'COPY . /app',
        'FROM b AS two',
        'COPY --from=one /app /code',
        'FROM b',
        'COPY --from=two /code /x',
      ),
    ).toEqual([6]);
  });

  test('no copy of what was made elsewhere, and no mount', () => {
    expect(linesOf('FROM a AS one', 'COPY . /src', 'FROM b', 'COPY --from=one /out/web /web')).toEqual([]);
    expect(linesOf('FROM a', 'RUN --mount=type=bind,target=/src go build -o /web /src/web')).toEqual([]);
  });
});
