import { parseManifest } from './parse-manifests';

const codeOf = (parse: () => unknown): string => {
  try {
    parse();
  } catch (error) {
    return (error as { code: string }).code;
  }
  return 'nothing thrown';
};

describe('parseManifest', () => {
  it('reads several documents and skips empty ones', () => {
    const text =
      'apiVersion: v1\nkind: Secret\nmetadata: {name: a}\n---\n---\n# nothing\n---\napiVersion: v1\nkind: Pod\nmetadata: {name: b}\n';
    const objects = parseManifest(text, 'k8s/x.yaml');
    expect(objects.map(({ object, source }) => [object.kind, source])).toEqual([
      ['Secret', 'k8s/x.yaml#1'],
      ['Pod', 'k8s/x.yaml#4'],
    ]);
  });

  it('replaces lists by their items, also nested ones', () => {
    const item = (name: string): string => `{apiVersion: v1, kind: ConfigMap, metadata: {name: ${name}}}`;
    const text = `apiVersion: v1\nkind: List\nitems: [${item('a')}, {apiVersion: v1, kind: ConfigMapList, items: [${item('b')}]}]\n`;
    expect(parseManifest(text, 'l.yaml').map(({ object }) => object.metadata.name)).toEqual(['a', 'b']);
  });

  it('reads octal file modes as kubectl does', () => {
    const text = 'apiVersion: v1\nkind: Secret\nmetadata: {name: a}\nmode: 0440\n';
    expect(parseManifest(text, 'm.yaml')[0]?.object['mode']).toBe(0o440);
  });

  it('reads scalars as kubectl does: what YAML 1.1 takes for times stays text', () => {
    const spec =
      '[2026-01-31, 2026-01-31T10:00:00Z, 12:30, 12:30:45, 190:20:30.15, 0o440, -0o17, 0b11, 1_000, yes, 1.50]';
    const text = `apiVersion: acme.io/v1\nkind: Thing\nmetadata: {name: a}\nspec: ${spec}\n`;
    expect(parseManifest(text, 'm.yaml')[0]?.object['spec']).toEqual([
      ...['2026-01-31', '2026-01-31T10:00:00Z', '12:30', '12:30:45', '190:20:30.15'],
      ...[0o440, -15, 3, 1_000, true, 1.5],
    ]);
  });

  it.each([
    ['a tab as indentation', 'a:\n\t- b'],
    ['an alias without its anchor', 'apiVersion: v1\nkind: Pod\nmetadata: *missing\n'],
    ['an unclosed bracket', 'kind: [Pod'],
  ])('refuses %s as YAML', (_title, text) => {
    expect(codeOf(() => parseManifest(text, 'bad.yaml'))).toBe('DEPLOY_MANIFEST_INVALID');
  });

  it.each([
    ['a plain string', 'hello'],
    ['no kind', 'apiVersion: v1\nmetadata: {name: a}'],
    ['no apiVersion', 'kind: Pod\nmetadata: {name: a}'],
    ['no name', 'apiVersion: v1\nkind: Pod\nmetadata: {}'],
    ['a list at the top', '- apiVersion: v1'],
  ])('refuses %s as an object and names the document', (_title, text) => {
    expect(codeOf(() => parseManifest(text, 'bad.yaml'))).toBe('DEPLOY_MANIFEST_NOT_AN_OBJECT');
    expect(() => parseManifest(text, 'bad.yaml')).toThrow(/bad\.yaml#1/);
  });
});
