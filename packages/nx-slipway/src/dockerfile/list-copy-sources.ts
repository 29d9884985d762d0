import { posix } from 'node:path';
import { invalidInstruction } from './assert-instruction';
import type {
  ContextRead,
  CopySources,
  NamedContextRead,
  StageCopy,
  StageRun,
  UnkeyedSource,
  UnknownTriggers,
} from './copy-sources';
import type { ExpandedWord } from './expand-variables';
import { listEngineSyntax } from './list-engine-syntax';
import { heredocNameOf } from './logical-lines';
import type { DockerfileInstruction, DockerfileStage, ParsedDockerfile } from './parsed-dockerfile';
import { readMounts, type RunMount } from './read-mounts';
import {
  resolveNamedOrigin,
  selectStages,
  type BuildSelection,
  type FileOrigin,
  type NeededStage,
  type RunInstruction,
} from './select-stages';
import { splitAtWhitespace } from './split-words';

export type * from './copy-sources';

/**
 * What COPY, ADD and `RUN --mount` read in the stages that the target needs, from the build context, other stages and additional build
 * contexts; what RUN runs there; and which syntax only one engine has.
 * What is not understood widens: the read is not `resolved`, and its `doubt` says why.
 * An `ADD` of a URL without `--checksum`, or of a Git repository without a commit, makes the image not reusable.
 * Rules: `dispatchCopy` and `dispatchRunMounts` (BuildKit v0.34.2); buildah v1.28 to v1.43.
 * @throws {SlipwayError} what `selectStages` throws, and DOCKERFILE_SYNTAX_INVALID
 */
export function listCopySources(dockerfile: ParsedDockerfile, selection: BuildSelection): CopySources {
  const needed = selectStages(dockerfile, selection);
  const steps = needed.flatMap(({ run, stage }) => run.map((step) => ({ ...step, stage, dockerfile, selection })));
  const transfers = steps.flatMap(listTransfers);
  const unkeyed = steps.flatMap(listUnkeyed);
  return {
    reads: [
      ...transfers.flatMap(describeRead).map((read) => withDoubts(read, dockerfile)),
      ...readsOfDoubts(dockerfile),
    ],
    stageCopies: transfers.flatMap(describeStageCopy),
    runs: steps.flatMap(describeRun),
    namedContextReads: [
      ...needed.flatMap((stage) => describeBase(stage, selection)),
      ...transfers.flatMap(describeNamedRead),
    ],
    syntaxOnly: listEngineSyntax(dockerfile, needed),
    unknownTriggers: selection.onbuildOf ? needed.flatMap(describeUnknownTriggers) : [],
    reusable: unkeyed.length === 0,
    unkeyed,
  };
}

/** An instruction with what is around it. */
interface Step extends RunInstruction {
  readonly stage: DockerfileStage;
  readonly dockerfile: ParsedDockerfile;
  readonly selection: BuildSelection;
}

/** Files that one instruction takes from one place. */
interface Transfer {
  readonly step: Step;
  readonly keyword: 'ADD' | 'COPY' | 'RUN';
  readonly origin: FileOrigin;
  readonly sources: readonly ExpandedWord[];
  readonly destination: ExpandedWord;
  readonly destinationIsFolder: boolean;
  readonly doubt: string | null;
}

const GIT_SOURCE = /^(?:git@|git:\/\/|ssh:\/\/|https?:\/\/[^#?]*\.git(?:[#?]|$)|https?:\/\/github\.com\/[^/]+\/[^/]+#)/;
const URL_SOURCE = /^https?:\/\//;
const GIT_COMMIT = /[#=]([0-9a-f]{40}|[0-9a-f]{64})(?:[:&]|$)/;

function listTransfers(step: Step): Transfer[] {
  const { keyword } = step.instruction;
  if (keyword === 'RUN') return readMounts(step.instruction).flatMap((mount) => listMounted(step, mount));
  return keyword === 'COPY' || keyword === 'ADD' ? [listCopied(step, keyword)] : [];
}

function listCopied(step: Step, keyword: 'ADD' | 'COPY'): Transfer {
  const { instruction } = step;
  const from = instruction.flags.find(({ name }) => name === 'from')?.value ?? null;
  const words = listSourceWords(instruction).map((word) => ({ word, expanded: expandOrRefuse(word, step) }));
  const local = words.filter(
    ({ word, expanded }) => keyword === 'COPY' || !isRemote(expanded.resolved ? expanded.text : word),
  );
  const destination = expandOrRefuse(listWords(instruction).at(-1) ?? '', step);
  return {
    step,
    keyword,
    origin: resolveNamedOrigin(from, step, step.stage, step.dockerfile, step.selection),
    sources: local.map(({ expanded }) => expanded),
    destination,
    destinationIsFolder: words.length > 1 || /(?:^|\/)\.?$/.test(destination.text),
    doubt: local.map(({ word, expanded }) => findSourceDoubt(word, expanded)).find((doubt) => doubt !== null) ?? null,
  };
}

/** A cache is no build context unless it says where it is from; secrets, sockets and memory never are one. */
function listMounted(step: Step, mount: RunMount): Transfer[] {
  const type = step.expand(mount.type);
  const isCache = type.resolved && type.text === 'cache';
  if (type.resolved && type.text !== 'bind' && !(isCache && mount.from !== null)) return [];
  const source = step.expand(mount.source ?? '');
  const unknownKey = mount.fields.find(([key]) => key.includes('$'));
  return [
    {
      step,
      keyword: 'RUN',
      origin: resolveNamedOrigin(mount.from, step, step.stage, step.dockerfile, step.selection),
      sources: [source],
      destination: step.expand(mount.target ?? ''),
      destinationIsFolder: false,
      doubt:
        source.doubt ??
        type.doubt ??
        (unknownKey ? `the option ${unknownKey[0]} of the mount is not understood` : null),
    },
  ];
}

/** A word that each engine refuses is an error, as it is there. */
function expandOrRefuse(word: string, step: Step): ExpandedWord {
  const expanded = step.expand(word);
  if (!expanded.refused) return expanded;
  throw invalidInstruction(step.instruction, step.dockerfile.source, `${word}: ${expanded.doubt ?? ''}`);
}

function findSourceDoubt(word: string, { text, doubt }: ExpandedWord): string | null {
  if (doubt !== null) return doubt;
  // BuildKit on Windows takes C:\ for the root of the build context; what podman makes of it nobody has seen.
  if (/^[A-Za-z]:[\\/]/.test(text)) return `the source ${word} has a drive letter`;
  return null;
}

function describeRead(transfer: Transfer): ContextRead[] {
  const { step, keyword, origin, sources, doubt } = transfer;
  const { instruction, workdir, stage } = step;
  if (origin.kind !== 'build-context' || sources.length === 0) return [];
  const flags = instruction.flags;
  const isParents = flags.some(({ name, value }) => name === 'parents' && value?.toLowerCase() !== 'false');
  return [
    {
      instruction: keyword,
      line: instruction.line,
      text: foldInstruction(instruction),
      sources: sources.filter(({ resolved }) => resolved).map(({ text }) => normalizeSource(text, isParents)),
      excludes: flags.filter(({ name }) => name === 'exclude').map(({ value }) => value ?? ''),
      parents: isParents,
      resolved: doubt === null,
      doubt,
      stage: stage.index,
      destination: resolvePath(transfer.destination, workdir),
      destinationIsFolder: transfer.destinationIsFolder || isParents,
    },
  ];
}

function describeStageCopy({ step, keyword, origin, sources, destination, doubt }: Transfer): StageCopy[] {
  if (origin.kind !== 'stage' || keyword === 'ADD') return [];
  const { name, index } = origin.stage;
  const isOnly = name === null || step.dockerfile.stages.filter((stage) => stage.name === name).length === 1;
  return [
    {
      instruction: keyword,
      line: step.instruction.line,
      stage: step.stage.index,
      fromStage: index,
      sources: sources.filter(({ resolved }) => resolved).map(({ text }) => `/${normalizeSource(text, false)}`),
      resolved: doubt === null && isOnly,
      destination: resolvePath(destination, step.workdir),
    },
  ];
}

function describeNamedRead({ step, keyword, origin, sources, doubt }: Transfer): NamedContextRead[] {
  if (origin.kind !== 'named-context' || keyword === 'ADD') return [];
  return [
    {
      instruction: keyword,
      line: step.instruction.line,
      name: origin.name,
      sources: sources.filter(({ resolved }) => resolved).map(({ text }) => normalizeSource(text, false)),
      resolved: doubt === null,
    },
  ];
}

/** FROM takes all of an additional build context, and BuildKit takes one of a stage's name in place of the stage. */
function describeBase({ stage, base }: NeededStage, { namedContexts }: BuildSelection): NamedContextRead[] {
  const replacing = stage.name !== null && namedContexts?.has(stage.name) ? [stage.name] : [];
  const names = base.kind === 'named-context' ? [base.name, ...replacing] : replacing;
  return names.map((name) => ({ instruction: 'FROM', line: stage.line, name, sources: [''], resolved: true }));
}

function describeUnknownTriggers({ stage, base, triggersAreKnown }: NeededStage): UnknownTriggers[] {
  if (triggersAreKnown) return [];
  return [
    {
      line: stage.line,
      reference: base.kind === 'image' && base.reference.resolved ? base.reference.text : stage.base,
    },
  ];
}

/** Where engines take the file apart in different ways, no instruction is certain. */
function withDoubts(read: ContextRead, { doubts: [first] }: ParsedDockerfile): ContextRead {
  return first && read.resolved ? { ...read, resolved: false, doubt: doubtOf(first) } : read;
}

function readsOfDoubts({ doubts: [first], stages }: ParsedDockerfile): ContextRead[] {
  if (!first) return [];
  const [text, doubt] = [first.what, doubtOf(first)];
  const unknown = { sources: [''], excludes: [], parents: false, destination: null, destinationIsFolder: false };
  return [
    { instruction: 'COPY', line: first.line, text, ...unknown, resolved: false, doubt, stage: stages.length - 1 },
  ];
}

function doubtOf({ line, what }: { readonly line: number; readonly what: string }): string {
  return `line ${line} has ${what}, which podman and BuildKit do not read in the same way`;
}

function describeRun({ instruction, stage, workdir }: Step): StageRun[] {
  if (instruction.keyword !== 'RUN') return [];
  const bodies = instruction.heredocs.map(({ content, name }) => `${content}\n${name}`);
  const command = instruction.json?.join(' ') ?? instruction.text;
  return [{ line: instruction.line, stage: stage.index, shell: [command, ...bodies].join('\n'), workdir }];
}

function listUnkeyed({ instruction, expand }: Step): UnkeyedSource[] {
  if (instruction.keyword !== 'ADD' || instruction.flags.some(({ name }) => name === 'checksum')) return [];
  return listSourceWords(instruction)
    .map((word) => ({ word, expanded: expand(word) }))
    .map(({ word, expanded }) => (expanded.resolved ? expanded.text : word))
    .filter((text) => isRemote(text) && !(GIT_SOURCE.test(text) && GIT_COMMIT.test(text)))
    .map((text) => ({
      line: instruction.line,
      reason: `ADD fetches ${withoutCredentials(text)}, and no ${GIT_SOURCE.test(text) ? 'commit' : '--checksum'} says what it must be`,
    }));
}

function foldInstruction(instruction: DockerfileInstruction): string {
  const words = instruction.json ? [JSON.stringify(instruction.json)] : splitAtWhitespace(instruction.text);
  return [instruction.keyword, ...words].join(' ');
}

function resolvePath({ text, resolved }: ExpandedWord, workdir: string | null): string | null {
  if (!resolved || /^[A-Za-z]:|\\/.test(text)) return null;
  if (text.startsWith('/')) return posix.resolve(text);
  return workdir === null ? null : posix.resolve(workdir, text);
}

/** Sources as written: the last word is the destination, and heredocs are files of the Dockerfile itself. */
function listSourceWords(instruction: DockerfileInstruction): string[] {
  const sources = listWords(instruction).slice(0, -1);
  return instruction.json ? sources : sources.filter((word) => heredocNameOf(word) === undefined);
}

function listWords(instruction: DockerfileInstruction): readonly string[] {
  return instruction.json ?? splitAtWhitespace(instruction.text);
}

function isRemote(source: string): boolean {
  return URL_SOURCE.test(source) || GIT_SOURCE.test(source);
}

/**
 * A source is always below the root, also with a leading slash or `..` (both engines treat it as rooted there). With `--parents` a part
 * `/./` only says how much of the path is kept.
 */
function normalizeSource(source: string, isParents: boolean): string {
  const path = isParents ? source.replace('/./', '/') : source;
  return posix.normalize(`/${path}`).replace(/^\/+|\/+$/g, '');
}

function withoutCredentials(url: string): string {
  return url.replace(/\/\/[^/@]*@/, '//').replace(/\?.*$/, '');
}
