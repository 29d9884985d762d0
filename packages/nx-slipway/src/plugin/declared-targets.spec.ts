import { kindOfTarget, listConfigurations, readDeclaredTargets, resolveTargetOptions } from './declared-targets';
import { normalizePluginOptions } from './plugin-options';

const { options } = normalizePluginOptions({});

describe('readDeclaredTargets', () => {
  it('merges package.json and project.json as Nx does', () => {
    const targets = readDeclaredTargets(
      { scripts: { e2e: 'jest' }, nx: { targets: { 'image-build': { options: { image: 'a', network: 'none' } } } } },
      { targets: { 'image-build': { options: { image: 'b' } }, e2e: { executor: 'nx-slipway:e2e' } } },
    );
    expect(targets).toEqual({
      'image-build': { runsCommand: false, options: { image: 'b', network: 'none' } },
      e2e: { executor: 'nx-slipway:e2e', runsCommand: false, options: {} },
    });
  });

  it('merges configurations by name and option', () => {
    const of = (configurations: unknown): unknown => ({ targets: { 'deploy-only': { configurations } } });
    const { 'deploy-only': target } = readDeclaredTargets(
      { nx: of({ kind: { manifests: ['a'], needs: ['b'] }, ci: {} }) },
      of({ kind: { manifests: ['c'] }, odd: 1 }),
    );
    expect(target?.configurations).toEqual({ kind: { manifests: ['c'], needs: ['b'] }, ci: {} });
  });

  it.each([undefined, null, [], 'text', { targets: [] }, { targets: { e2e: null }, scripts: 1, nx: [] }])(
    'takes %j as no targets',
    (json) => {
      expect(readDeclaredTargets(json, json)).toEqual({});
    },
  );
});

describe('kindOfTarget', () => {
  it.each([
    ['image-build', { runsCommand: false }, 'image-build'],
    ['image-build', { runsCommand: true }, undefined],
    ['image-build', { runsCommand: false, executor: 'other:build' }, undefined],
    ['image-build', { runsCommand: false, executor: 'nx-slipway:report-problem' }, undefined],
    ['anything', { runsCommand: false, executor: 'nx-slipway:e2e' }, 'e2e'],
    ['anything', { runsCommand: false }, undefined],
  ])('of %s %j is %s', (name, target, kind) => {
    expect(kindOfTarget(name, { ...target, options: {} }, options)).toBe(kind);
  });
});

describe('resolveTargetOptions', () => {
  const resolve = (targetDefaults: unknown, declared: Record<string, unknown>) =>
    resolveTargetOptions({
      kind: 'deploy-only',
      targetName: 'deploy-only',
      inferred: { manifests: ['a.yaml'], timeoutSeconds: 300 },
      declared: { runsCommand: false, options: declared },
      targetDefaults,
      project: { name: 'web', root: 'apps/web' },
    });

  it('puts targetDefaults over what is inferred, and the project over both', () => {
    expect(resolve({ 'deploy-only': { options: { timeoutSeconds: 60, needs: ['a'] } } }, { needs: ['b'] })).toEqual({
      manifests: ['a.yaml'],
      timeoutSeconds: 60,
      needs: ['b'],
    });
  });

  it('takes the executor’s key of targetDefaults before the target’s, and every entry of a list that applies', () => {
    const targetDefaults = {
      'deploy-only': { options: { timeoutSeconds: 1 } },
      'nx-slipway:deploy-only': [
        { options: { timeoutSeconds: 2 } },
        { filter: { projects: ['other'] }, options: { timeoutSeconds: 3 } },
        { filter: { executor: 'nx-slipway:deploy-only' }, options: { needs: ['a'] } },
      ],
    };
    expect(resolve(targetDefaults, {})).toMatchObject({ timeoutSeconds: 2, needs: ['a'] });
  });

  it('replaces tokens and spreads "..."', () => {
    const declared = {
      manifests: ['...', '{projectRoot}/b.yaml', '{workspaceRoot}/{projectName}.yaml', '{workspaceRoot}'],
    };
    expect(resolve({}, { ...declared, needs: ['...'] })).toMatchObject({
      manifests: ['a.yaml', 'apps/web/b.yaml', 'web.yaml', ''],
      needs: [],
    });
  });
});

describe('configurations', () => {
  const request = {
    kind: 'deploy-only',
    targetName: 'deploy-only',
    inferred: { manifests: ['a.yaml'] },
    declared: {
      runsCommand: false,
      options: { timeoutSeconds: 60 },
      configurations: { kind: { manifests: ['{projectRoot}/kind'] } },
    },
    targetDefaults: { 'deploy-only': { configurations: { ci: { timeoutSeconds: 600 }, kind: { needs: ['b'] } } } },
    project: { name: 'web', root: 'apps/web' },
  } as const;

  it('are those of targetDefaults and of the project', () => {
    expect(listConfigurations(request)).toEqual(['ci', 'kind']);
    expect(listConfigurations({ ...request, declared: undefined, targetDefaults: undefined })).toEqual([]);
  });

  it('go over the options, those of the project over those of targetDefaults', () => {
    expect(resolveTargetOptions({ ...request, configuration: 'kind' })).toEqual({
      manifests: ['apps/web/kind'],
      timeoutSeconds: 60,
      needs: ['b'],
    });
    expect(resolveTargetOptions(request)).toEqual({ manifests: ['a.yaml'], timeoutSeconds: 60 });
  });
});
