import { isJsonObject } from '../../artifact/json-object';

/** One entry of `plugins` in nx.json that names this plugin. */
export interface PluginRegistration {
  readonly options: unknown;
  /** Globs of the files that it is for; empty for all. */
  readonly include: readonly string[];
  readonly exclude: readonly string[];
}

/** Compiles one glob as Nx does. */
export type CompileGlob = (pattern: string) => (path: string) => boolean;

const PLUGIN_NAME = 'nx-slipway';

/** The registrations of this plugin in nx.json, in order. Pure. */
export function readPluginRegistrations(nxJson: unknown): readonly PluginRegistration[] {
  const plugins = isJsonObject(nxJson) && Array.isArray(nxJson['plugins']) ? (nxJson['plugins'] as unknown[]) : [];
  return plugins.flatMap((entry) => {
    if (entry === PLUGIN_NAME) return [{ options: undefined, include: [], exclude: [] }];
    if (!isJsonObject(entry) || entry['plugin'] !== PLUGIN_NAME) return [];
    return [{ options: entry['options'], include: textsOf(entry['include']), exclude: textsOf(entry['exclude']) }];
  });
}

/**
 * The files that a registration is for, by its `include` and `exclude`. As Nx 23.2 does (`createMatcher` in
 * `project-configuration-utils`): with a `!pattern` among them the last that matches decides, and a list that begins with one begins
 * with everything. Pure.
 */
export function selectFiles(
  paths: readonly string[],
  { include, exclude }: PluginRegistration,
  compile: CompileGlob,
): readonly string[] {
  const isIncluded = createMatcher(include, true, compile);
  const isExcluded = createMatcher(exclude, false, compile);
  return paths.filter((path) => isIncluded(path) && !isExcluded(path));
}

function createMatcher(patterns: readonly string[], whenEmpty: boolean, compile: CompileGlob) {
  if (patterns.length === 0) return () => whenEmpty;
  const compiled = patterns.map((pattern) => {
    const isNegation = pattern.startsWith('!');
    return { isNegation, matches: compile(isNegation ? pattern.slice(1) : pattern) };
  });
  const initial = compiled[0]?.isNegation ?? false;
  return (path: string): boolean => {
    const last = compiled.findLast(({ matches }) => matches(path));
    return last ? !last.isNegation : initial;
  };
}

function textsOf(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.filter((item): item is string => typeof item === 'string') : [];
}
