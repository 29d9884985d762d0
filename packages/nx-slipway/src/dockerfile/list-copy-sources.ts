import { posix } from 'node:path';
import type { ContextRead, CopySources, StageCopy, StageRun, UnkeyedSource } from './copy-sources';
import type { ExpandedWord } from './expand-variables';
import { heredocNameOf } from './logical-lines';
import type { DockerfileInstruction, DockerfileStage, ParsedDockerfile } from './parsed-dockerfile';
import { readMounts } from './read-mounts';
import { listOrigins, selectStages, type BuildSelection, type RunInstruction } from './select-stages';
import { splitAtWhitespace } from './split-words';

export type * from './copy-sources';

/**
 * What COPY, ADD and `RUN --mount=type=bind` read from the build context, in the stages that the target needs.
 * An `ADD` of a URL without `--checksum`, or of a Git repository without a commit, makes the image not reusable.
 * @throws {SlipwayError} DOCKERFILE_STAGE_UNKNOWN
 */
export function listCopySources(dockerfile: ParsedDockerfile, selection: BuildSelection): CopySources {
  const steps = selectStages(dockerfile, selection).flatMap(({ run, stage }) =>
    run.map((step) => ({ ...step, stage, dockerfile })),
  );
  const reads = steps.flatMap((step) => (step.instruction.keyword === 'RUN' ? listMounted(step) : listCopied(step)));
  const unkeyed = steps.flatMap(listUnkeyed);
  return {
    reads: reads.filter(readsAnything),
    stageCopies: steps.flatMap(listStageCopies),
    runs: steps.flatMap(describeRun),
    namedContextReads: [],
    syntaxOnly: [],
    reusable: unkeyed.length === 0,
    unkeyed,
  };
}

const GIT_SOURCE = /^(?:git@|git:\/\/|ssh:\/\/|https?:\/\/[^#?]*\.git(?:[#?]|$)|https?:\/\/github\.com\/[^/]+\/[^/]+#)/;
const URL_SOURCE = /^https?:\/\//;
const GIT_COMMIT = /[#=]([0-9a-f]{40}|[0-9a-f]{64})(?:[:&]|$)/;

function readsAnything(read: ContextRead): boolean {
  return read.sources.length > 0 || !read.resolved;
}

/** An instruction with what is around it. */
interface Step extends RunInstruction {
  readonly stage: DockerfileStage;
  readonly dockerfile: ParsedDockerfile;
}

function listCopied(step: Step): ContextRead[] {
  const { instruction, expand } = step;
  const { keyword } = instruction;
  if ((keyword !== 'COPY' && keyword !== 'ADD') || hasFlag(instruction, 'from')) return [];
  const words = listSourceWords(instruction).map(expand);
  const local = words.filter(({ text }) => keyword === 'COPY' || !isRemote(text));
  const [destination = '', several] = [listWords(instruction).at(-1), words.length > 1];
  return [describeRead(step, keyword, local, expand(destination), several)];
}

function listMounted(step: Step): ContextRead[] {
  return readMounts(step.instruction)
    .filter(({ type, from }) => type === 'bind' && from === null)
    .map(({ source, target }) => {
      return describeRead(step, 'RUN', [step.expand(source ?? '')], step.expand(target ?? ''), false);
    });
}

function describeRead(
  { instruction, expand, workdir, stage }: Step,
  keyword: ContextRead['instruction'],
  sources: readonly ExpandedWord[],
  destination: ExpandedWord,
  several: boolean,
): ContextRead {
  const unknown = sources.find(({ resolved }) => !resolved);
  const excludes = instruction.flags.filter(({ name }) => name === 'exclude').map(({ value }) => value ?? '');
  return {
    instruction: keyword,
    line: instruction.line,
    text: foldInstruction(instruction),
    sources: sources.filter(({ resolved }) => resolved).map(({ text }) => normalizeSource(text)),
    excludes: excludes.map((pattern) => expand(pattern).text),
    parents: hasFlag(instruction, 'parents'),
    resolved: unknown === undefined,
    doubt: unknown === undefined ? null : `a variable of its source is not known`,
    stage: stage.index,
    destination: resolvePath(destination, workdir),
    destinationIsFolder: several || /(?:^|\/)\.?$/.test(destination.text),
  };
}

function foldInstruction(instruction: DockerfileInstruction): string {
  const words = instruction.json ? [JSON.stringify(instruction.json)] : splitAtWhitespace(instruction.text);
  return [instruction.keyword, ...words].join(' ');
}

function resolvePath({ text, resolved }: ExpandedWord, workdir: string | null): string | null {
  if (!resolved) return null;
  if (text.startsWith('/')) return posix.resolve(text);
  return workdir === null ? null : posix.resolve(workdir, text);
}

function listStageCopies(step: Step): StageCopy[] {
  const { instruction, stage, dockerfile, expand } = step;
  if (instruction.keyword !== 'COPY') return [];
  return listOrigins(step, stage, dockerfile).flatMap((origin) => {
    if (origin.kind !== 'stage') return [];
    const words = listSourceWords(instruction).map(expand);
    return {
      instruction: 'COPY' as const,
      line: instruction.line,
      fromStage: origin.stage.index,
      sources: words.filter(({ resolved }) => resolved).map(({ text }) => `/${normalizeSource(text)}`),
      resolved: words.every(({ resolved }) => resolved),
    };
  });
}

function describeRun({ instruction, stage, workdir }: Step): StageRun[] {
  if (instruction.keyword !== 'RUN') return [];
  const bodies = instruction.heredocs.map(({ content, name }) => `${content}\n${name}`);
  const command = instruction.json?.join(' ') ?? instruction.text;
  return [{ line: instruction.line, stage: stage.index, shell: [command, ...bodies].join('\n'), workdir }];
}

function listUnkeyed({ instruction, expand }: RunInstruction): UnkeyedSource[] {
  if (instruction.keyword !== 'ADD' || hasFlag(instruction, 'checksum')) return [];
  return listSourceWords(instruction)
    .map((word) => expand(word).text)
    .filter((text) => isRemote(text) && !(GIT_SOURCE.test(text) && GIT_COMMIT.test(text)))
    .map((text) => ({
      line: instruction.line,
      reason: `ADD fetches ${withoutCredentials(text)}, and no ${GIT_SOURCE.test(text) ? 'commit' : '--checksum'} says what it must be`,
    }));
}

/** Sources as written: the last word is the destination, and heredocs are files of the Dockerfile itself. */
function listSourceWords(instruction: DockerfileInstruction): string[] {
  return listWords(instruction)
    .slice(0, -1)
    .filter((word) => heredocNameOf(word) === undefined);
}

function listWords(instruction: DockerfileInstruction): readonly string[] {
  return instruction.json ?? splitAtWhitespace(instruction.text);
}

function isRemote(source: string): boolean {
  return URL_SOURCE.test(source) || GIT_SOURCE.test(source);
}

/** A source is always below the root, also with a leading slash or `..` (both engines treat it as rooted there). */
function normalizeSource(source: string): string {
  return posix.normalize(`/${source}`).replace(/^\/+|\/+$/g, '');
}

function hasFlag(instruction: DockerfileInstruction, flag: string): boolean {
  return instruction.flags.some(({ name }) => name === flag);
}

function withoutCredentials(url: string): string {
  return url.replace(/\/\/[^/@]*@/, '//').replace(/\?.*$/, '');
}
