import { computeDependencyFlags } from './compute-dependency-flags';
import type { LockEntry } from './npm-lock';

function compute(packages: Readonly<Record<string, LockEntry>>): object {
  const flags = computeDependencyFlags({ lockfileVersion: 3, packages }, []);
  return Object.fromEntries([...flags].map(([location, found]) => [location.replace('node_modules/', ''), found]));
}

describe('computeDependencyFlags', () => {
  it('takes a flag back at any distance when another way leads there', () => {
    const packages = {
      '': { dependencies: { late: '1' }, devDependencies: { early: '1' } },
      'node_modules/early': { dependencies: { shared: '1' } },
      'node_modules/late': { dependencies: { shared: '1' } },
      'node_modules/shared': { dependencies: { deep: '1' } },
      'node_modules/deep': {},
    };
    expect(compute(packages)).toEqual({ '': {}, early: { dev: true }, late: {}, shared: {}, deep: {} });
  });

  it('knows what development and optional dependencies share, peers, and optional peers', () => {
    const packages = {
      '': { devDependencies: { dev: '1' }, optionalDependencies: { opt: '1' }, peerDependencies: { peer: '1' } },
      'node_modules/dev': { dependencies: { both: '1' } },
      'node_modules/opt': {
        dependencies: { both: '1' },
        peerDependencies: { soft: '1' },
        peerDependenciesMeta: { soft: { optional: true } },
      },
      'node_modules/both': {},
      'node_modules/peer': {},
      'node_modules/soft': {},
    };
    expect(compute(packages)).toEqual({
      '': {},
      dev: { dev: true },
      opt: { optional: true },
      both: { devOptional: true },
      peer: { peer: true },
      soft: { optional: true, peer: true },
    });
  });
});
