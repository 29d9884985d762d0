import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { CompileGlob } from './plugin-registrations';

interface Minimatch {
  readonly Minimatch: new (pattern: string, options: { readonly dot: boolean }) => { match(path: string): boolean };
}

/**
 * The globs of `include` and `exclude` in nx.json, compiled by the very package that the workspace's Nx uses for them, loaded
 * when the first is compiled.
 */
export function openNxGlob(workspaceRoot: string): CompileGlob {
  let minimatch: Minimatch | undefined;
  return (pattern) => {
    minimatch ??= loadMinimatch(workspaceRoot);
    const matcher = new minimatch.Minimatch(pattern, { dot: true });
    return (path) => matcher.match(path);
  };
}

function loadMinimatch(workspaceRoot: string): Minimatch {
  const nx = createRequire(join(workspaceRoot, 'package.json')).resolve('nx/package.json');
  return createRequire(nx)('minimatch') as Minimatch;
}
