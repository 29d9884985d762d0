import { narrowSchema, parseNarrow, parseNarrowRule } from './parse-narrow-rule';

describe('parseNarrowRule', () => {
  it.each([
    ['go:./cmd/web', { kind: 'go', package: './cmd/web' }],
    [' go: ./cmd/web ', { kind: 'go', package: './cmd/web' }],
    ['nx:dependencies', { kind: 'nx-dependencies' }],
    ['files:config/**', { kind: 'files', glob: 'config/**' }],
    ['files:a:b', { kind: 'files', glob: 'a:b' }],
  ])('%s', (rule, expected) => {
    expect(parseNarrowRule(rule)).toEqual(expected);
  });

  it.each([
    ['go:', 'it names no package'],
    ['files: ', 'it names no files'],
    ['files:!a', 'never takes files away'],
    ['nx:deps', '"nx:" knows only "dependencies"'],
    ['config/**', 'no kind of rule begins like that'],
    ['npm:web', 'no kind of rule begins like that'],
  ])('refuses %s', (rule, reason) => {
    const parse = () => parseNarrowRule(rule);
    expect(parse).toThrow(expect.objectContaining({ code: 'CONFIG_NARROW_RULE_INVALID' }) as Error);
    expect(parse).toThrow(reason);
  });
});

describe('the option narrow', () => {
  it('has rules by COPY line, alone or with whether they are trusted', () => {
    expect(
      parseNarrow({
        ' COPY  . \t . ': ['nx:dependencies', 'files:config'],
        'COPY src .': { rules: ['files:src'], trusted: true },
      }),
    ).toEqual([
      { copyText: 'COPY . .', rules: [{ kind: 'nx-dependencies' }, { kind: 'files', glob: 'config' }], trusted: false },
      { copyText: 'COPY src .', rules: [{ kind: 'files', glob: 'src' }], trusted: true },
    ]);
  });

  it('refuses the same line twice', () => {
    expect(() => parseNarrow({ 'COPY . .': ['files:a'], 'COPY  . .': ['files:b'] })).toThrow(/is in the option twice/);
  });

  it.each([{ 'COPY . .': [] }, { ' ': ['files:a'] }, { 'COPY . .': { rules: ['files:a'], trust: true } }])(
    'is not %j',
    (option) => {
      expect(narrowSchema.safeParse(option).success).toBe(false);
    },
  );
});
