import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { clusterChoiceShape } from '../clusters/cluster-choice';
import { normalizePluginOptions, targetNameOf } from './plugin-options';

describe('normalizePluginOptions', () => {
  it('completes what nx.json leaves out', () => {
    expect(normalizePluginOptions(undefined)).toEqual({
      status: 'valid',
      options: {
        engine: 'podman',
        cluster: { provider: 'podman', project: 'cluster' },
        targetNames: {
          imageBuild: 'image-build',
          imageLoad: 'image-load',
          deployOnly: 'deploy-only',
          e2e: 'e2e',
          clusterUp: 'cluster-up',
          clusterDown: 'cluster-down',
        },
        admission: {},
      },
    });
  });

  it('keeps what it gives', () => {
    const { status, options } = normalizePluginOptions({
      cluster: false,
      targetNames: { e2e: 'test-e2e' },
      admission: { reserve: '4GiB', maxConcurrent: 1 },
    });
    expect(status).toBe('valid');
    expect(options).toMatchObject({ cluster: false, admission: { reserve: '4GiB', maxConcurrent: 1 } });
    expect(targetNameOf('e2e', options)).toBe('test-e2e');
  });

  it.each([
    ['an engine that there is not', { engine: 'rkt' }, /engine/],
    ['an unknown option', { clusters: {} }, /clusters/],
    ['a cluster name that cannot be a container’s', { cluster: { name: 'My Cluster' } }, /cluster/],
    ['two targets of one name', { targetNames: { e2e: 'cluster-up' } }, /targetNames: must all differ/],
    ['no builds at all', { admission: { maxConcurrent: 0 } }, /admission.maxConcurrent/],
    [
      'an amount that is none',
      { admission: { reserve: '4 elephants' } },
      /admission.reserve: "4 elephants" is not an amount/,
    ],
    ['a word that admission does not know', { admission: 'on' }, /admission: must be "off" or an object/],
    ['no object', 'podman', /options/],
  ])('says why %s is not valid, and gives the defaults', (_, given, reason) => {
    const result = normalizePluginOptions(given);
    expect(result).toMatchObject({ status: 'invalid', reason: expect.stringMatching(reason) });
    expect(result.options).toEqual(normalizePluginOptions({}).options);
  });
});

describe('plugin-options.schema.json', () => {
  interface Schema {
    readonly properties: Record<string, Schema>;
    readonly oneOf: Schema[];
    readonly default: unknown;
  }
  const schema = JSON.parse(readFileSync(join(__dirname, '../../plugin-options.schema.json'), 'utf8')) as Schema;
  const { options } = normalizePluginOptions({});

  it('publishes the options and defaults that are validated', () => {
    const { engine, targetNames, admission } = schema.properties;
    expect(Object.keys(schema.properties).toSorted()).toEqual(['$schema', ...Object.keys(options)].toSorted());
    expect(engine?.default).toBe(options.engine);
    expect(Object.keys(admission?.oneOf[1]?.properties ?? {})).toEqual(['reserve', 'maxConcurrent']);
    expect(Object.entries(targetNames?.properties ?? {}).map(([name, { default: value }]) => [name, value])).toEqual(
      Object.entries(options.targetNames),
    );
    expect(Object.keys(schema.properties['cluster']?.oneOf[1]?.properties ?? {}).toSorted()).toEqual(
      ['provider', 'project', ...Object.keys(clusterChoiceShape)].toSorted(),
    );
  });
});
