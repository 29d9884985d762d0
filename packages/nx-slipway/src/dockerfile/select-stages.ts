import { posix } from 'node:path';
import { SlipwayError } from '../errors/slipway-error';
import { expandVariables, type ExpandedWord } from './expand-variables';
import type { DockerfileInstruction, DockerfileStage, ParsedDockerfile } from './parsed-dockerfile';
import { readMounts } from './read-mounts';
import { openStageScope, resolveGlobalArguments, type ArgumentValues, type StageScope } from './resolve-arguments';

/** What is built of a Dockerfile. */
export interface BuildSelection extends ArgumentValues {
  /** Name or number; default: the last stage. */
  readonly targetStage?: string | undefined;
  /** Names of the additional build contexts: FROM, `--from` and `from=` take these before stages and images. */
  readonly namedContexts?: ReadonlySet<string> | undefined;
  /** The ONBUILD triggers that a base image registers, `undefined` where that is not known. */
  readonly onbuildOf?: ((reference: string) => readonly string[] | undefined) | undefined;
}

/** Where something is copied or mounted from. */
export type FileOrigin =
  | { readonly kind: 'build-context' }
  | { readonly kind: 'stage'; readonly stage: DockerfileStage }
  | { readonly kind: 'image'; readonly reference: ExpandedWord };

/** An instruction that is run, with the variables as they are there. */
export interface RunInstruction {
  readonly instruction: DockerfileInstruction;
  /** Resolves variables and quotes of one of the instruction's words. */
  readonly expand: (word: string) => ExpandedWord;
  /** The working directory before the instruction, absolute; `null` where it is not known. */
  readonly workdir: string | null;
}

/** A stage that the target needs. */
export interface NeededStage {
  readonly stage: DockerfileStage;
  /** The stage or image that FROM names. */
  readonly base: FileOrigin;
  /** What is run, in order; the ONBUILD triggers of a base that is a stage come first. */
  readonly run: readonly RunInstruction[];
}

/**
 * The stages that the target needs, in the order of the file: the target, the stages that it is FROM, and those that it copies or mounts
 * from, and so on. Both podman 4.3 and BuildKit leave the others out.
 * @throws {SlipwayError} DOCKERFILE_STAGE_UNKNOWN
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
    const origins = [stage.base, ...stage.run.flatMap((run) => listOrigins(run, stage.stage, dockerfile))];
    for (const origin of origins) if (origin.kind === 'stage') pending.push(origin.stage.index);
  }
  return resolved.filter(({ stage }) => needed.has(stage.index));
}

/** Where an instruction of a stage takes files from: one origin for COPY and ADD, one for each mount of RUN. */
export function listOrigins(run: RunInstruction, stage: DockerfileStage, dockerfile: ParsedDockerfile): FileOrigin[] {
  const { instruction, expand } = run;
  const names =
    instruction.keyword === 'RUN'
      ? readMounts(instruction).flatMap(({ from }) => from ?? [])
      : instruction.keyword === 'COPY' || instruction.keyword === 'ADD'
        ? instruction.flags.filter(({ name }) => name === 'from').flatMap(({ value }) => value ?? [])
        : [];
  return names.map((name) => resolveOrigin(expand(name), stage, instruction.line, dockerfile));
}

function resolveStages(dockerfile: ParsedDockerfile, selection: BuildSelection): NeededStage[] {
  const globalArguments = resolveGlobalArguments(dockerfile, selection);
  const scopes: StageScope[] = [];
  const workdirs: (string | null)[] = [];
  const resolved: NeededStage[] = [];
  for (const stage of dockerfile.stages) {
    const base = resolveBase(stage, expandVariables(stage.base, globalArguments, dockerfile.escape), dockerfile);
    const parent = base.kind === 'stage' ? base.stage : undefined;
    const scope = openStageScope({
      globalArguments,
      escape: dockerfile.escape,
      given: selection,
      inherited: (parent && scopes[parent.index]?.environment) ?? new Map(),
      baseIsUnknown: !startsFromScratch(base, resolved),
    });
    const triggers = parent?.instructions.flatMap(({ trigger }) => trigger ?? []) ?? [];
    const isScratch = startsFromScratch(base, resolved);
    const workdir = new WorkingDirectory(parent ? (workdirs[parent.index] ?? null) : isScratch ? '/' : null);
    scopes.push(scope);
    const run = runInScope([...triggers, ...stage.instructions], scope, dockerfile.escape, workdir);
    workdirs.push(workdir.path);
    resolved.push({ stage, base, run });
  }
  return resolved;
}

/** Each instruction sees the variables that the instructions before it have set, hence the copy of the words at that point. */
function runInScope(
  instructions: readonly DockerfileInstruction[],
  scope: StageScope,
  escape: string,
  workdir: WorkingDirectory,
): RunInstruction[] {
  return instructions.map((instruction) => {
    scope.record(instruction);
    const known = new Map<string, string | null | undefined>();
    for (const name of variableNames(instruction)) known.set(name, scope.lookup(name));
    const expand = (word: string): ExpandedWord => expandVariables(word, (name) => known.get(name), escape);
    const step = { instruction, expand, workdir: workdir.path };
    if (instruction.keyword === 'WORKDIR') workdir.change(expand(instruction.text));
    return step;
  });
}

/** What WORKDIR makes of the working directory: a relative path is below the one before. */
class WorkingDirectory {
  constructor(public path: string | null) {}

  change({ text, resolved }: ExpandedWord): void {
    if (!resolved) this.path = null;
    else if (text.startsWith('/')) this.path = posix.resolve(text);
    else if (this.path !== null) this.path = posix.resolve(this.path, text);
  }
}

function variableNames(instruction: DockerfileInstruction): string[] {
  const words = [instruction.text, ...instruction.flags.map(({ value }) => value ?? '')].join(' ');
  return [...words.matchAll(/\$\{?(\w+)/g)].flatMap(([, name]) => name ?? []);
}

function startsFromScratch(base: FileOrigin, earlier: readonly NeededStage[]): boolean {
  if (base.kind === 'image') return base.reference.resolved && base.reference.text === 'scratch';
  const parent = base.kind === 'stage' ? earlier[base.stage.index] : undefined;
  return parent !== undefined && startsFromScratch(parent.base, earlier);
}

/** FROM knows earlier stages by name only. */
function resolveBase(stage: DockerfileStage, base: ExpandedWord, dockerfile: ParsedDockerfile): FileOrigin {
  const earlier = dockerfile.stages.slice(0, stage.index).findLast(({ name }) => name === base.text.toLowerCase());
  if (base.resolved && earlier) return { kind: 'stage', stage: earlier };
  return { kind: 'image', reference: base };
}

/** `--from` and `from=` know stages by name and by number; what is neither is an image. */
function resolveOrigin(
  from: ExpandedWord,
  stage: DockerfileStage,
  line: number,
  dockerfile: ParsedDockerfile,
): FileOrigin {
  if (!from.resolved) return { kind: 'image', reference: from };
  const named = findStage(dockerfile, from.text);
  if (named && named.index !== stage.index) return { kind: 'stage', stage: named };
  if (/^\d+$/.test(from.text)) throw unknownStage(dockerfile, from.text, `line ${line}`);
  return { kind: 'image', reference: from };
}

function findTarget(dockerfile: ParsedDockerfile, name: string | undefined): DockerfileStage {
  const target = name === undefined ? dockerfile.stages.at(-1) : findStage(dockerfile, name);
  if (!target) throw unknownStage(dockerfile, name ?? '', 'the option "targetStage"');
  return target;
}

function findStage(dockerfile: ParsedDockerfile, nameOrNumber: string): DockerfileStage | undefined {
  const name = nameOrNumber.toLowerCase();
  const byName = dockerfile.stages.findLast((stage) => stage.name === name);
  return byName ?? (/^\d+$/.test(name) ? dockerfile.stages[Number(name)] : undefined);
}

function unknownStage(dockerfile: ParsedDockerfile, stage: string, wantedBy: string): SlipwayError {
  const stages = dockerfile.stages.map(({ name, index }) => name ?? String(index)).join(', ');
  return new SlipwayError('DOCKERFILE_STAGE_UNKNOWN', { source: dockerfile.source, stage, wantedBy, stages });
}
