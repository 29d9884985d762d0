import { posix } from 'node:path';
import { SlipwayError } from '../errors/slipway-error';
import type { Dialect } from './dialect';
import { expandVariables, type ExpandedWord, type VariableLookup } from './expand-variables';
import { parseTriggers } from './parse-triggers';
import type { DockerfileInstruction, DockerfileStage, ParsedDockerfile } from './parsed-dockerfile';
import { readMounts } from './read-mounts';
import {
  namesOfVariables,
  openStageScope,
  resolveGlobalArguments,
  type ArgumentValues,
  type StageScope,
} from './resolve-arguments';

/** The names of additional build contexts, e.g. a set, or a map by name. */
export type ContextNames = Pick<ReadonlySet<string>, 'has' | 'size'>;

/** What is built of a Dockerfile. */
export interface BuildSelection extends ArgumentValues {
  /** Names of the additional build contexts: FROM, `--from` and `from=` take these before stages and images. */
  readonly namedContexts?: ContextNames | undefined;
  /** The ONBUILD triggers that a base image registers, `undefined` where that is not known. */
  readonly onbuildOf?: ((reference: string) => readonly string[] | undefined) | undefined;
}

/** Where something is copied or mounted from. */
export type FileOrigin =
  | { readonly kind: 'build-context' }
  | { readonly kind: 'named-context'; readonly name: string }
  | { readonly kind: 'stage'; readonly stage: DockerfileStage }
  | { readonly kind: 'image'; readonly reference: ExpandedWord };

/** An instruction that is run, with the variables as they are there. */
export interface RunInstruction {
  readonly instruction: DockerfileInstruction;
  /** Resolves variables and quotes of one of the instruction's words; not resolved where the engines give different results. */
  readonly expand: (word: string) => ExpandedWord;
  /** The same as one engine does it. */
  readonly expandAs: (word: string, dialect: Dialect) => ExpandedWord;
  /** The working directory before the instruction, absolute; `null` where it is not known. */
  readonly workdir: string | null;
}

/** A stage that the target needs. */
export interface NeededStage {
  readonly stage: DockerfileStage;
  /** The stage, image or additional build context that FROM names. */
  readonly base: FileOrigin;
  /** What is run, in order; the ONBUILD triggers of the base come first. */
  readonly run: readonly RunInstruction[];
  /** False where it is not known which ONBUILD triggers the base image registers. */
  readonly triggersAreKnown: boolean;
}

/**
 * The stages that the target needs, in the order of the file: the target, the stages that it is FROM, and those that it copies or mounts
 * from, and so on; all of those before it where a variable says from which. Both podman 4.3 and BuildKit leave the others out.
 * @throws {SlipwayError} DOCKERFILE_STAGE_UNKNOWN, DOCKERFILE_STAGE_CYCLE, DOCKERFILE_BASE_UNDEFINED, DOCKERFILE_SYNTAX_INVALID
 */
export function selectStages(dockerfile: ParsedDockerfile, selection: BuildSelection): NeededStage[] {
  const target = findTarget(dockerfile, selection.targetStage);
  const resolved = resolveStages(dockerfile, selection);
  const needed = new Set<number>();
  const pending = [target.index];
  for (let index = pending.pop(); index !== undefined; index = pending.pop()) {
    const stage = resolved[index];
    if (!stage || needed.has(index)) continue;
    needed.add(index);
    assertBase(stage, dockerfile);
    const origins = stage.run.flatMap((run) => listOrigins(run, stage.stage, dockerfile, selection));
    for (const origin of [stage.base, ...origins]) pending.push(...stagesOf(origin, index, dockerfile));
  }
  return resolved.filter(({ stage }) => needed.has(stage.index));
}

/** Where an instruction of a stage takes files from: one origin for COPY, one for each mount of RUN that has `from`. */
export function listOrigins(
  { instruction, expandAs }: RunInstruction,
  stage: DockerfileStage,
  dockerfile: ParsedDockerfile,
  selection: BuildSelection,
): FileOrigin[] {
  const names =
    instruction.keyword === 'RUN'
      ? readMounts(instruction).flatMap(({ from }) => from ?? [])
      : instruction.keyword === 'COPY'
        ? instruction.flags.filter(({ name }) => name === 'from').flatMap(({ value }) => value ?? [])
        : [];
  // BuildKit refuses variables there, so podman's rules decide.
  return names
    .filter((name) => name !== '')
    .map((name) => resolveOrigin(expandAs(name, 'podman'), { stage, line: instruction.line, dockerfile, selection }));
}

/** Where RUN mounts one of its mounts from, or COPY copies from. */
export function resolveNamedOrigin(
  name: string | null,
  { instruction, expandAs }: RunInstruction,
  stage: DockerfileStage,
  dockerfile: ParsedDockerfile,
  selection: BuildSelection,
): FileOrigin {
  if (name === null || name === '') return { kind: 'build-context' };
  return resolveOrigin(expandAs(name, 'podman'), { stage, line: instruction.line, dockerfile, selection });
}

/** A name that is given to several stages means all of them: the engines do not agree which. */
function stagesOf(origin: FileOrigin, before: number, { stages }: ParsedDockerfile): number[] {
  if (origin.kind === 'stage') {
    const { name, index } = origin.stage;
    return name === null
      ? [index]
      : stages.filter((stage) => stage.name === name && stage.index < before).map((stage) => stage.index);
  }
  const isUnknown = origin.kind === 'image' && !origin.reference.resolved;
  return isUnknown ? stages.slice(0, before).map(({ index }) => index) : [];
}

function resolveStages(dockerfile: ParsedDockerfile, selection: BuildSelection): NeededStage[] {
  const globals = {
    buildkit: resolveGlobalArguments(dockerfile, selection, 'buildkit'),
    podman: resolveGlobalArguments(dockerfile, selection, 'podman'),
  };
  const scopes: Record<Dialect, StageScope>[] = [];
  const workdirs: (string | null)[] = [];
  const resolved: NeededStage[] = [];
  const names = new Map<string, DockerfileStage>();
  for (const stage of dockerfile.stages) {
    const base = resolveBase(expandBoth(stage.base, globals, dockerfile.escape), names, selection);
    const parent = base.kind === 'stage' ? base.stage : undefined;
    const isScratch = startsFromScratch(base, resolved);
    const open = (dialect: Dialect): StageScope =>
      openStageScope({
        dialect,
        globalArguments: globals[dialect],
        escape: dockerfile.escape,
        given: selection,
        inherited: (parent && scopes[parent.index]?.[dialect].environment) ?? new Map(),
        baseIsUnknown: !isScratch,
      });
    const scope = { buildkit: open('buildkit'), podman: open('podman') };
    const workdir = new WorkingDirectory(parent ? (workdirs[parent.index] ?? null) : isScratch ? '/' : null);
    const triggers =
      parent?.instructions.flatMap(({ trigger }) => trigger ?? []) ?? triggersOf(base, stage, selection, dockerfile);
    const instructions = [...(triggers ?? []), ...stage.instructions];
    const run = runInScope(instructions, scope, dockerfile.escape, workdir);
    scopes.push(scope);
    workdirs.push(workdir.path);
    if (stage.name !== null) names.set(stage.name, stage);
    resolved.push({ stage, base, run, triggersAreKnown: triggers !== undefined });
  }
  return resolved;
}

function triggersOf(
  base: FileOrigin,
  stage: DockerfileStage,
  { onbuildOf }: BuildSelection,
  dockerfile: ParsedDockerfile,
): readonly DockerfileInstruction[] | undefined {
  if (base.kind === 'named-context' || isScratchImage(base)) return [];
  if (base.kind !== 'image' || !base.reference.resolved) return undefined;
  const triggers = onbuildOf?.(base.reference.text);
  return triggers && parseTriggers(triggers, stage.line, dockerfile.source);
}

/** Each instruction sees the variables that the instructions before it have set, hence the copy of the values at that point. */
function runInScope(
  instructions: readonly DockerfileInstruction[],
  scope: Record<Dialect, StageScope>,
  escape: string,
  workdir: WorkingDirectory,
): RunInstruction[] {
  return instructions.map((instruction) => {
    scope.buildkit.record(instruction);
    scope.podman.record(instruction);
    const names = namesOfVariables(
      [instruction.text, ...(instruction.json ?? []), ...instruction.flags.map(({ value }) => value ?? '')].join(' '),
    );
    const known = { buildkit: valuesOf(names, scope.buildkit), podman: valuesOf(names, scope.podman) };
    const expand = (word: string): ExpandedWord => expandBoth(word, known, escape);
    const expandAs = (word: string, dialect: Dialect): ExpandedWord =>
      expandVariables(word, known[dialect], { dialect, escape });
    const step = { instruction, expand, expandAs, workdir: workdir.path };
    if (instruction.keyword === 'WORKDIR') workdir.change(expand(instruction.text));
    return step;
  });
}

function valuesOf(names: readonly string[], { lookup }: StageScope): VariableLookup {
  const values = new Map(names.map((name) => [name, lookup(name)] as const));
  return (name) => (values.has(name) ? values.get(name) : null);
}

/** A word that only one engine accepts is what that one makes of it; a word on which they do not agree is not resolved. */
function expandBoth(word: string, lookups: Record<Dialect, VariableLookup>, escape: string): ExpandedWord {
  const buildkit = expandVariables(word, lookups.buildkit, { dialect: 'buildkit', escape });
  const podman = expandVariables(word, lookups.podman, { dialect: 'podman', escape });
  if (podman.refused || !buildkit.resolved) return buildkit.refused && !podman.refused ? podman : buildkit;
  if (!podman.resolved || podman.text === buildkit.text) return podman;
  return { ...buildkit, resolved: false, doubt: `podman and BuildKit do not agree on what ${word} is` };
}

/** What WORKDIR makes of the working directory: a relative path is below the one before. */
class WorkingDirectory {
  constructor(public path: string | null) {}

  change({ text, resolved }: ExpandedWord): void {
    if (!resolved || /^[A-Za-z]:|\\/.test(text)) this.path = null;
    else if (text.startsWith('/')) this.path = posix.resolve(text);
    else if (this.path !== null) this.path = posix.resolve(this.path, text);
  }
}

function isScratchImage(base: FileOrigin): boolean {
  return base.kind === 'image' && base.reference.resolved && base.reference.text === 'scratch';
}

function startsFromScratch(base: FileOrigin, earlier: readonly NeededStage[]): boolean {
  for (let origin: FileOrigin | undefined = base; origin?.kind === 'stage';) {
    origin = earlier[origin.stage.index]?.base;
    if (origin && origin.kind !== 'stage') return isScratchImage(origin);
  }
  return isScratchImage(base);
}

/** FROM knows earlier stages by name only; its own name and later ones are images. */
function resolveBase(
  base: ExpandedWord,
  names: ReadonlyMap<string, DockerfileStage>,
  selection: BuildSelection,
): FileOrigin {
  if (!base.resolved) return { kind: 'image', reference: base };
  const context = findNamedContext(base.text, selection);
  if (context !== undefined) return { kind: 'named-context', name: context };
  const stage = names.get(base.text.toLowerCase());
  return stage ? { kind: 'stage', stage } : { kind: 'image', reference: base };
}

interface OriginPlace {
  readonly stage: DockerfileStage;
  readonly line: number;
  readonly dockerfile: ParsedDockerfile;
  readonly selection: BuildSelection;
}

/** `--from` and `from=` know stages by name and by number; what is neither is an image. */
function resolveOrigin(from: ExpandedWord, { stage, line, dockerfile, selection }: OriginPlace): FileOrigin {
  if (!from.resolved) return { kind: 'image', reference: from };
  const named = findStage(dockerfile, from.text, stage.index);
  const context = findNamedContext(/^\d+$/.test(from.text) ? (named?.name ?? '') : from.text, selection);
  if (context !== undefined) return { kind: 'named-context', name: context };
  if (named && named.index < stage.index) return { kind: 'stage', stage: named };
  if (named) {
    const { source } = dockerfile;
    const names = { stage: stage.name ?? String(stage.index), from: from.text, begins: named.line };
    throw new SlipwayError('DOCKERFILE_STAGE_CYCLE', { source, line, ...names });
  }
  if (/^\d+$/.test(from.text)) throw unknownStage(dockerfile, from.text, `line ${line}`);
  return { kind: 'image', reference: from };
}

/** BuildKit looks images up without the parts of a reference that are the default (`dockerui.NamedContext`, v0.34.2). */
function findNamedContext(name: string, { namedContexts }: BuildSelection): string | undefined {
  if (!namedContexts || namedContexts.size === 0 || name === '') return undefined;
  const short = name.replace(/^docker\.io\/(?:library\/)?/, '');
  return [name, name.toLowerCase(), short, short.replace(/:latest$/, ''), `${short}:latest`].find((candidate) =>
    namedContexts.has(candidate),
  );
}

function assertBase({ stage, base }: NeededStage, { source }: ParsedDockerfile): void {
  if (base.kind !== 'image' || base.reference.text !== '' || !base.reference.resolved) return;
  throw new SlipwayError('DOCKERFILE_BASE_UNDEFINED', { source, line: stage.line, written: stage.base });
}

function findTarget(dockerfile: ParsedDockerfile, name: string | undefined): DockerfileStage {
  const target = name === undefined ? dockerfile.stages.at(-1) : findStage(dockerfile, name, dockerfile.stages.length);
  if (!target) throw unknownStage(dockerfile, name ?? '', 'the option "targetStage"');
  return target;
}

/** Of several stages of a name the last one before an index, else the last one. */
function findStage({ stages }: ParsedDockerfile, nameOrNumber: string, before: number): DockerfileStage | undefined {
  const name = nameOrNumber.toLowerCase();
  const named = stages.filter((stage) => stage.name === name);
  const byName = named.findLast(({ index }) => index < before) ?? named.at(-1);
  return byName ?? (/^\d+$/.test(name) ? stages[Number(name)] : undefined);
}

function unknownStage(dockerfile: ParsedDockerfile, stage: string, wantedBy: string): SlipwayError {
  const stages = dockerfile.stages.map(({ name, index }) => name ?? String(index)).join(', ');
  return new SlipwayError('DOCKERFILE_STAGE_UNKNOWN', { source: dockerfile.source, stage, wantedBy, stages });
}
