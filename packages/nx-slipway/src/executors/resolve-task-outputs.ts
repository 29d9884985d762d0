import type { TargetConfiguration } from '@nx/devkit';
import { posix } from 'node:path';

/** The parts of Nx's project configuration that say what a target writes. */
export interface OutputtingProject {
  readonly root: string;
  readonly targets?: Readonly<Record<string, Pick<TargetConfiguration, 'outputs' | 'options'>>> | undefined;
}

/**
 * What a target writes, workspace-relative, with the tokens `{workspaceRoot}`, `{projectRoot}`, `{projectName}` and `{options.…}`
 * replaced as Nx 23 does (`interpolate`); an output whose option is not set, and a pattern that takes away, are left out.
 * `undefined` where there is no such target. Pure.
 */
export function resolveTaskOutputs(
  name: string,
  project: OutputtingProject | undefined,
  target: string,
): readonly string[] | undefined {
  const configuration = project?.targets?.[target];
  if (!project || !configuration) return undefined;
  const options = (configuration.options ?? {}) as Readonly<Record<string, unknown>>;
  return (configuration.outputs ?? [])
    .map((output) => interpolate(output, name, project.root, options))
    .filter((output) => output !== undefined && !output.startsWith('!'))
    .map((output) => posix.normalize(withoutPattern(output ?? '')).replace(/\/$/, ''))
    .filter((output) => output !== '.' && output !== '..' && !output.startsWith('../') && !output.startsWith('/'));
}

function interpolate(
  output: string,
  name: string,
  root: string,
  options: Readonly<Record<string, unknown>>,
): string | undefined {
  let isComplete = true;
  const text = output
    .replace(/^\{workspaceRoot\}\/?/, '')
    .replaceAll('{projectRoot}', root)
    .replaceAll('{projectName}', name)
    .replaceAll(/\{options\.([^}]+)\}/g, (_, option: string) => {
      const value = options[option];
      if (typeof value === 'string') return value;
      isComplete = false;
      return '';
    });
  return isComplete ? text : undefined;
}

/** Of a glob, the folder in which all of its matches are. */
function withoutPattern(output: string): string {
  const segments = output.split('/');
  const firstPattern = segments.findIndex((segment) => /[*?[{(!]/.test(segment));
  return firstPattern < 0 ? output : segments.slice(0, firstPattern).join('/') || '.';
}
