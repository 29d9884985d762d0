import { parseDockerfile } from '../../dockerfile/parse-dockerfile';
import { listMountingRuns, markRuns, type MountingRun } from './mounting-runs';

function runsIn(dockerfile: string): MountingRun[] {
  return listMountingRuns(parseDockerfile(dockerfile, 'Dockerfile'));
}

describe('listMountingRuns', () => {
  it.each([
    ['RUN --mount=type=bind,source=go.mod,target=go.mod go mod download', ['go.mod']],
    ['RUN --mount=target=. go build', ['.']],
    ['run --network=none --mount=type=bind,src=a,target=/a --mount=type=bind,source="b",target=/b true', ['a', 'b']],
    ['RUN --mount=type=cache,target=/c --mount=type=bind,source=a,target=/a true', ['a']],
    ['RUN --mount=type=bind,from=tools,target=/t true', 'unknown'],
    ['RUN --mount=type=cache,from=tools,target=/t true', 'unknown'],
    ['RUN --mount=type=bind,source=$DIR,target=/t true', 'unknown'],
    ['RUN \\\n  # why\n  --mount=type=bind,source=a,target=/a \\\n  true', ['a']],
  ])('reads the sources of %j', (instruction, sources) => {
    expect(runsIn(`FROM x\n\n${instruction}\nRUN true`)).toMatchObject([{ line: 3, sources }]);
  });

  it('knows which of them mount a cache', () => {
    const runs = runsIn('FROM x\nRUN --mount=type=cache,target=/c true\nRUN --mount=target=/a true');
    expect(runs).toMatchObject([
      { line: 2, sources: [], hasCache: true },
      { line: 3, sources: ['.'], hasCache: false },
    ]);
  });

  it.each([
    'RUN --mount=type=secret,id=a true',
    'RUN echo --mount=type=bind,source=a',
    '# RUN --mount=type=bind,source=a,target=/a true',
    'RUN <<EOF\nRUN --mount=type=bind,source=a true\nEOF',
  ])('finds nothing in %j', (instruction) => {
    expect(runsIn(`FROM x\n${instruction}`)).toEqual([]);
  });
});

describe('markRuns', () => {
  const mark = (dockerfile: string): string => {
    const runs = runsIn(dockerfile);
    return markRuns(dockerfile, new Map(runs.map((run) => [run, 'a'.repeat(64)])));
  };
  const SECRET = `--mount=type=secret,id=nx-slipway-mounted-${'a'.repeat(24)}`;

  it('changes the text of the instruction and no line number', () => {
    const dockerfile = 'FROM x\n  RUN --mount=type=bind,source=a,target=/a \\\n  true\nRUN true\n';
    expect(mark(dockerfile)).toBe(
      `FROM x\n  RUN ${SECRET} --mount=type=bind,source=a,target=/a \\\n  true\nRUN true\n`,
    );
  });

  it('gives a mount without a type its own, and leaves the command alone', () => {
    expect(mark('FROM x\nRUN --mount=from=a,target=/a \\\n --mount=type=cache,target=/c tool --mount=x')).toBe(
      `FROM x\nRUN ${SECRET} --mount=type=bind,from=a,target=/a \\\n --mount=type=cache,target=/c tool --mount=x`,
    );
  });
});
