import { parseDockerfile } from '../../dockerfile/parse-dockerfile';
import { markArgumentUses } from './mark-argument-uses';

type BuildArgs = Readonly<Record<string, string>>;

function mark(dockerfile: string, buildArgs: BuildArgs = {}, platform?: string): string {
  return markArgumentUses(dockerfile, parseDockerfile(dockerfile, 'Dockerfile'), { buildArgs, platform });
}

const MARK = /LABEL io\.nx-slipway=image\$nx_slipway_[0-9a-f]{24}/;

/** The Dockerfile with each mark as `<mark>`. */
function show(dockerfile: string, buildArgs: BuildArgs = {}): string[] {
  return mark(dockerfile, buildArgs).replace(new RegExp(MARK, 'g'), '<mark>').split('\n');
}

describe('markArgumentUses', () => {
  it.each([
    'ENV A=$X',
    'LABEL a="v ${X}"',
    'WORKDIR /${X:-x}',
    'USER $X',
    'COPY a /$X/',
    'COPY --chown=$X a /',
    'ADD $X /',
    'EXPOSE $X',
    'VOLUME /$X',
    'STOPSIGNAL $X',
    'ENV A=1 \\\n  B=$X',
  ])('puts a mark before %s', (instruction) => {
    expect(show(`FROM x\nARG X\n# why\n${instruction}\nRUN true`)).toEqual(
      ['FROM x', 'ARG X', '# why', '<mark>', instruction, 'RUN true'].join('\n').split('\n'),
    );
  });

  it.each([
    'FROM x\nARG X\nRUN echo $X',
    'FROM x\nARG X\nCMD echo $X',
    'FROM x\nENV X=1\nENV Y=$X',
    'FROM x\nARG X\nENV XY=$XY',
    'FROM x\nARG X\nFROM y\nENV A=$X',
    'ARG X\nFROM x:$X\nENV A=$X',
  ])('changes nothing in %j', (dockerfile) => {
    expect(mark(dockerfile, { X: '1' })).toBe(dockerfile);
  });

  it('marks each argument at its first use only, as late as it can', () => {
    expect(show('FROM x\nARG X\nARG Y\nRUN a\nENV A=$X\nENV B=$X\nENV C=$X$Y')).toEqual(
      'FROM x|ARG X|ARG Y|RUN a|<mark>|ENV A=$X|ENV B=$X|<mark>|ENV C=$X$Y'.split('|'),
    );
  });

  it('follows arguments into a stage that is FROM theirs', () => {
    expect(show('FROM x AS One\nARG X\nFROM one\nENV A=$X')).toContain('<mark>');
  });

  it.each([
    ['given value', 'FROM x\nARG X=d\nENV A=$X', { X: '1' }],
    ['default', 'FROM x\nARG X=e\nENV A=$X', {}],
    ['default of a global argument', 'ARG X=e\nFROM x\nARG X\nENV A=$X', {}],
    ['argument in a default', 'FROM x\nARG W=d\nARG X=$W\nENV A=$X', { W: '1' }],
    ['argument in a global default', 'ARG W=d\nARG X=$W\nFROM x\nARG X\nENV A=$X', { W: '1' }],
  ] as const)('has another mark for another %s', (_, dockerfile, buildArgs) => {
    const before = mark(dockerfile.replace('=e', '=d'));
    expect(MARK.exec(before)?.[0]).toBeDefined();
    expect(MARK.exec(mark(dockerfile, buildArgs))?.[0]).not.toBe(MARK.exec(before)?.[0]);
  });

  it('has another mark for another platform, which decides the automatic arguments', () => {
    const dockerfile = 'FROM scratch\nARG TARGETARCH\nENV A=$TARGETARCH';
    expect(mark(dockerfile, {}, 'linux/amd64')).not.toBe(mark(dockerfile, {}, 'linux/arm64'));
  });

  it('has the same mark whatever an argument is that the instruction does not use', () => {
    const dockerfile = 'FROM x\nARG X\nARG Y\nENV A=$X';
    expect(mark(dockerfile, { X: '1', Y: '1' })).toBe(mark(dockerfile, { X: '1', Y: '2' }));
  });
});
