import { posix } from 'node:path';
import { heredocNameOf } from './logical-lines';
import type { DockerfileInstruction, ParsedDockerfile } from './parsed-dockerfile';
import { readMounts } from './read-mounts';
import { selectStages, type BuildSelection, type RunInstruction } from './select-stages';
import { splitAtWhitespace } from './split-words';

/** What one instruction reads from the build context. */
export interface ContextRead {
  readonly instruction: 'ADD' | 'COPY' | 'RUN';
  readonly line: number;
  /** Relative to the root of the build context, normalised; `''` is the root. May be patterns (Go's `filepath.Match`). */
  readonly sources: readonly string[];
  /** False where a variable made a source unknown: it is then not in `sources`, and anything may be read. */
  readonly resolved: boolean;
}

/** Something outside of the key that decides an image. */
export interface UnkeyedSource {
  readonly line: number;
  readonly reason: string;
}

/** What a build reads from its build context, and whether its image may be reused. */
export interface CopySources {
  readonly reads: readonly ContextRead[];
  /** False where the image depends on bytes that no key covers: it is then built every time. */
  readonly reusable: boolean;
  readonly unkeyed: readonly UnkeyedSource[];
}

/**
 * What COPY, ADD and `RUN --mount=type=bind` read from the build context, in the stages that the target needs.
 * An `ADD` of a URL without `--checksum`, or of a Git repository without a commit, makes the image not reusable.
 * @throws {SlipwayError} DOCKERFILE_STAGE_UNKNOWN
 */
export function listCopySources(dockerfile: ParsedDockerfile, selection: BuildSelection): CopySources {
  const steps = selectStages(dockerfile, selection).flatMap(({ run }) => run);
  const reads = steps.flatMap((step) => (step.instruction.keyword === 'RUN' ? listMounted(step) : listCopied(step)));
  const unkeyed = steps.flatMap(listUnkeyed);
  return { reads: reads.filter(readsAnything), reusable: unkeyed.length === 0, unkeyed };
}

const GIT_SOURCE = /^(?:git@|git:\/\/|ssh:\/\/|https?:\/\/[^#?]*\.git(?:[#?]|$)|https?:\/\/github\.com\/[^/]+\/[^/]+#)/;
const URL_SOURCE = /^https?:\/\//;
const GIT_COMMIT = /[#=]([0-9a-f]{40}|[0-9a-f]{64})(?:[:&]|$)/;

function readsAnything(read: ContextRead): boolean {
  return read.sources.length > 0 || !read.resolved;
}

function listCopied({ instruction, expand }: RunInstruction): ContextRead[] {
  const { keyword, line } = instruction;
  if ((keyword !== 'COPY' && keyword !== 'ADD') || hasFlag(instruction, 'from')) return [];
  const words = listSourceWords(instruction).map(expand);
  const local = words.filter(({ text }) => keyword === 'COPY' || !isRemote(text));
  const sources = local.filter(({ resolved }) => resolved).map(({ text }) => normalizeSource(text));
  return [{ instruction: keyword, line, sources, resolved: local.every(({ resolved }) => resolved) }];
}

function listMounted({ instruction, expand }: RunInstruction): ContextRead[] {
  return readMounts(instruction)
    .filter(({ type, from }) => type === 'bind' && from === null)
    .map(({ source }) => {
      const { text, resolved } = expand(source ?? '');
      return { instruction: 'RUN', line: instruction.line, sources: resolved ? [normalizeSource(text)] : [], resolved };
    });
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
  const words = instruction.json ?? splitAtWhitespace(instruction.text);
  return words.slice(0, -1).filter((word) => heredocNameOf(word) === undefined);
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
