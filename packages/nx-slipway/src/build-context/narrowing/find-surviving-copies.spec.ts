import { listCopySources } from '../../dockerfile/list-copy-sources';
import { parseDockerfile } from '../../dockerfile/parse-dockerfile';
import { selectStages } from '../../dockerfile/select-stages';
import { findSurvivingCopies, listNarrowedPlaces, type WholeContext } from './find-surviving-copies';

/** The whole build context: a file, and a folder `assets/icons`. */
const WHOLE: WholeContext = [
  { path: 'main.go', kind: 'file' },
  { path: 'assets', kind: 'directory' },
  { path: 'assets/icons', kind: 'directory' },
  { path: 'assets/icons/one.svg', kind: 'file' },
];

function open(...lines: readonly string[]) {
  const dockerfile = parseDockerfile(lines.join('\n'), 'Dockerfile');
  const selection = { buildArgs: {}, platform: 'linux/amd64' };
  const sources = listCopySources(dockerfile, selection);
  const stages = selectStages(dockerfile, selection);
  const bases = new Map(
    stages.flatMap(({ stage, base }) => (base.kind === 'stage' ? [[stage.index, base.stage.index] as const] : [])),
  );
  const reads = sources.reads.map((read) => ({ ...read, narrowedTo: [] }));
  const targetStage = Math.max(...stages.map(({ stage }) => stage.index));
  return { places: listNarrowedPlaces(reads, sources, bases, WHOLE), bases, targetStage };
}

function linesOf(...lines: readonly string[]): number[] {
  const { places, bases, targetStage } = open(...lines);
  return findSurvivingCopies(places, bases, targetStage).map(({ line }) => line);
}

describe('findSurvivingCopies', () => {
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

  test('a copy of a folder within a copied folder, where the build context has one there', () => {
    const ofSubfolder = (copy: string, from: string): number[] =>
      linesOf('FROM a AS one', 'WORKDIR /src', copy, 'FROM b', `COPY --from=one ${from} /x`);
    expect(ofSubfolder('COPY . .', '/src/assets')).toEqual([5]);
    expect(ofSubfolder('COPY . .', '/src/assets/icons')).toEqual([5]);
    expect(ofSubfolder('COPY assets .', '/src/icons')).toEqual([5]);
    expect(ofSubfolder('COPY assets/ /src/a/', '/src/a/icons/')).toEqual([5]);
    expect(ofSubfolder('COPY a* ./', '/src/icons')).toEqual([5]);
  });

  test('such a copy at any distance, and where nobody knows to which folder it was copied', () => {
    expect(
      linesOf(
        'FROM a AS one',
        'COPY . /src',
        'FROM b AS two',
        'COPY --from=one /src/assets /a',
        'FROM b',
        'COPY --from=two /a/icons /x',
      ),
    ).toEqual([6]);
    expect(linesOf('FROM a AS one', 'COPY . .', 'FROM b', 'COPY --from=one /go/assets /x')).toEqual([4]);
    expect(linesOf('FROM a AS one', 'COPY . .', 'FROM b', 'COPY --from=one /out/web /x')).toEqual([]);
  });

  test('no copy of what was made elsewhere, or made in a copied folder, and no mount', () => {
    expect(linesOf('FROM a AS one', 'COPY . /src', 'FROM b', 'COPY --from=one /out/web /web')).toEqual([]);
    expect(linesOf('FROM a AS one', 'COPY . /src', 'FROM b', 'COPY --from=one /src/dist /web')).toEqual([]);
    expect(linesOf('FROM a AS one', 'COPY . /src', 'FROM b', 'COPY --from=one /src/main.go /web')).toEqual([]);
    expect(linesOf('FROM a', 'RUN --mount=type=bind,target=/src go build -o /web /src/web')).toEqual([]);
  });
});

describe('listNarrowedPlaces', () => {
  test('knows where a mount shows a narrowed folder', () => {
    const pathsOf = (...lines: readonly string[]): string[] => open(...lines).places.map(({ path }) => path);
    expect(pathsOf('FROM a', 'RUN --mount=type=bind,target=/m true')).toEqual(['/m']);
    expect(
      pathsOf('FROM a AS one', 'COPY . /src', 'FROM b', 'RUN --mount=from=one,source=/src,target=/m cp -r /m /x'),
    ).toEqual(['/src', '/m']);
  });
});
