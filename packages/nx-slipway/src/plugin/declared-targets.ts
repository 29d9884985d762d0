import { isJsonObject, type JsonObject } from '../artifact/json-object';
import { TARGET_KINDS, targetNameOf, type PluginOptions, type TargetKind } from './plugin-options';

/** A target as the configuration states it, before anything is inferred. */
export interface DeclaredTarget {
  readonly executor?: string;
  /** The target runs a shell command or a script by Nx's own means. */
  readonly runsCommand: boolean;
  readonly options: JsonObject;
  /** By name, what `nx run … -c <name>` puts over the options; not given where none are stated. */
  readonly configurations?: Readonly<Record<string, JsonObject>>;
}

/** The element that stands for the inferred value in an overriding list (Nx 23). */
const SPREAD = '...';

const EXECUTOR_PREFIX = 'nx-slipway:';

/**
 * The targets that a project states in `package.json` (below `nx`, and its scripts) and `project.json`, later ones over
 * earlier ones as Nx merges them. Pure.
 */
export function readDeclaredTargets(
  packageJson: unknown,
  projectJson: unknown,
): Readonly<Record<string, DeclaredTarget>> {
  const package_ = isJsonObject(packageJson) ? packageJson : {};
  const nx = isJsonObject(package_['nx']) ? package_['nx'] : {};
  const project = isJsonObject(projectJson) ? projectJson : {};
  const scripts = Object.keys(isJsonObject(package_['scripts']) ? package_['scripts'] : {});
  const targets: Record<string, DeclaredTarget> = Object.fromEntries(
    scripts.map((script) => [script, { runsCommand: true, options: {} }]),
  );
  for (const stated of [nx['targets'], project['targets']]) {
    for (const [name, target] of Object.entries(isJsonObject(stated) ? stated : {})) {
      if (isJsonObject(target)) targets[name] = mergeDeclaredTarget(targets[name], target);
    }
  }
  return targets;
}

/** Which kind of target of ours a stated target is: by its executor, or, where it names none, by its name. Pure. */
export function kindOfTarget(name: string, target: DeclaredTarget, options: PluginOptions): TargetKind | undefined {
  if (target.executor !== undefined) {
    return TARGET_KINDS.find((kind) => target.executor === `${EXECUTOR_PREFIX}${kind}`);
  }
  return target.runsCommand ? undefined : TARGET_KINDS.find((kind) => targetNameOf(kind, options) === name);
}

/** A target whose options are asked for. */
export interface OptionsRequest {
  readonly kind: TargetKind;
  readonly targetName: string;
  readonly inferred: JsonObject;
  readonly declared: DeclaredTarget | undefined;
  readonly targetDefaults: unknown;
  readonly project: { readonly name: string; readonly root: string };
  /** The configuration with which the target is run; without one, the options themselves. */
  readonly configuration?: string;
}

/** Names of the configurations that a target has by `targetDefaults` and by its project. Pure. */
export function listConfigurations({
  kind,
  targetName,
  declared,
  targetDefaults,
}: Pick<OptionsRequest, 'kind' | 'targetName' | 'declared' | 'targetDefaults'>): readonly string[] {
  const stated = readDefaultTargets(targetDefaults, targetName, `${EXECUTOR_PREFIX}${kind}`).map(readConfigurations);
  return [...new Set([...stated, declared?.configurations ?? {}].flatMap((all) => Object.keys(all)))];
}

/**
 * The options that Nx will give to the executor: the inferred ones, over them `targetDefaults` of `nx.json`, over them the
 * project's own, tokens replaced. Filters of `targetDefaults` other than by executor are not evaluated. Pure.
 */
export function resolveTargetOptions(request: OptionsRequest): JsonObject {
  const { kind, targetName: name, inferred, declared, targetDefaults, project, configuration } = request;
  const defaults = readDefaultTargets(targetDefaults, name, `${EXECUTOR_PREFIX}${kind}`);
  const layers = [...defaults.map(readOptions), declared?.options ?? {}];
  if (configuration !== undefined) {
    const configured = [...defaults.map(readConfigurations), declared?.configurations ?? {}];
    layers.push(...configured.map((all) => all[configuration] ?? {}));
  }
  return replaceTokens(withoutSpread(layers.reduce(mergeOptions, inferred)), project) as JsonObject;
}

function mergeDeclaredTarget(base: DeclaredTarget | undefined, stated: JsonObject): DeclaredTarget {
  const executor = typeof stated['executor'] === 'string' ? stated['executor'] : base?.executor;
  const replaces = typeof stated['executor'] === 'string' && base?.runsCommand === true;
  const configurations = mergeConfigurations(base?.configurations ?? {}, readConfigurations(stated));
  return {
    ...(executor === undefined ? {} : { executor }),
    runsCommand: typeof stated['command'] === 'string' || (!replaces && (base?.runsCommand ?? false)),
    options: mergeOptions(base?.options ?? {}, readOptions(stated)),
    ...(Object.keys(configurations).length === 0 ? {} : { configurations }),
  };
}

type Configurations = NonNullable<DeclaredTarget['configurations']>;

function mergeConfigurations(base: Configurations, over: Configurations): Configurations {
  const merged = Object.entries(over).map(
    ([name, options]) => [name, mergeOptions(base[name] ?? {}, options)] as const,
  );
  return { ...base, ...Object.fromEntries(merged) };
}

function readOptions(target: JsonObject): JsonObject {
  return isJsonObject(target['options']) ? target['options'] : {};
}

function readConfigurations(target: JsonObject): Configurations {
  const all = isJsonObject(target['configurations']) ? target['configurations'] : {};
  return Object.fromEntries(
    Object.entries(all).filter((entry): entry is [string, JsonObject] => isJsonObject(entry[1])),
  );
}

/** Nx takes the key of the executor first, else the target's name, and of a list every entry in order (Nx 23.2 `target-defaults`). */
function readDefaultTargets(targetDefaults: unknown, name: string, executor: string): JsonObject[] {
  if (!isJsonObject(targetDefaults)) return [];
  const value = targetDefaults[executor] ?? targetDefaults[name];
  return (Array.isArray(value) ? value : [value]).filter(isJsonObject).filter((entry) => appliesTo(entry, executor));
}

function appliesTo(entry: JsonObject, executor: string): boolean {
  if (typeof entry['executor'] === 'string' && entry['executor'] !== executor) return false;
  if (!isJsonObject(entry['filter'])) return true;
  const criteria = Object.keys(entry['filter']);
  return criteria.every((criterion) => criterion === 'executor') && entry['filter']['executor'] === executor;
}

function mergeOptions(base: JsonObject, over: JsonObject): JsonObject {
  const merged: Record<string, unknown> = { ...base };
  for (const [name, value] of Object.entries(over)) {
    merged[name] = Array.isArray(value) ? spreadInto(value, base[name]) : value;
  }
  return merged;
}

/** Without a list to spread, the element stays for the next merge. */
function spreadInto(list: readonly unknown[], base: unknown): readonly unknown[] {
  return list.flatMap((item) => (item === SPREAD && Array.isArray(base) ? (base as unknown[]) : [item]));
}

function withoutSpread(options: JsonObject): JsonObject {
  const drop = (value: unknown): unknown => (Array.isArray(value) ? value.filter((item) => item !== SPREAD) : value);
  return Object.fromEntries(Object.entries(options).map(([name, value]) => [name, drop(value)]));
}

/** As Nx 23.2 does in `resolveNxTokensInOptions`: `{workspaceRoot}` at the start goes away with its slash. */
function replaceTokens(value: unknown, project: { readonly name: string; readonly root: string }): unknown {
  if (typeof value === 'string') {
    return value
      .replace(/^\{workspaceRoot\}\/?/, '')
      .replaceAll('{projectRoot}', project.root)
      .replaceAll('{projectName}', project.name);
  }
  if (Array.isArray(value)) return value.map((item) => replaceTokens(item, project));
  if (!isJsonObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, replaceTokens(item, project)]));
}
