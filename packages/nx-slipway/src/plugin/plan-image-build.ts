import { isJsonObject } from '../artifact/json-object';
import { posix } from 'node:path';
import { OWN_OUTPUTS } from '../artifact/record-files';
import { listIgnoreFileCandidates } from '../build-context/ignore-file-candidates';
import { listInputGlobs, type InputRead } from '../build-context/list-input-globs';
import { listInputReads } from '../build-context/list-input-reads';
import { listVisibilityGlobs } from '../build-context/list-visibility-globs';
import { detectGoModuleMode } from '../build-context/narrowing/go/detect-go-module-mode';
import type { GoModuleMode } from '../build-context/narrowing/go/go-modules';
import { digestNarrowing } from '../build-context/narrowing/digest-narrowing';
import {
  listNxDependencyInputs,
  type NxDependencyInputs,
} from '../build-context/narrowing/nx/list-nx-dependency-inputs';
import {
  parseNarrow,
  type NarrowedCopy,
  type NarrowOption,
  type NarrowRule,
} from '../build-context/narrowing/parse-narrow-rule';
import { planReads } from '../build-context/narrowing/plan-reads';
import type { RuleSelection } from '../build-context/narrowing/rule-selection';
import { selectByRule } from '../build-context/narrowing/select-by-rule';
import { listNamedReads } from '../build-context/named-context';
import { READ_EVERYTHING, type PlannedRead } from '../build-context/select-entries';
import type { LinkTree } from '../build-context/source-path';
import { LOCK_FILE, triggersOfBase } from '../build-context/slipway-lock';
import { listCopySources, type ContextRead, type NamedContextRead } from '../dockerfile/list-copy-sources';
import { listImageReferences } from '../dockerfile/list-image-references';
import { parseDockerfile } from '../dockerfile/parse-dockerfile';
import { isSlipwayError } from '../errors/slipway-error';
import type { ContextFiles } from './context-files';
import type { UnseenPlace } from './add-unseen-inputs';
import type { WorkspaceFiles } from './workspace-files';

/** The options of an `image-build` that its inputs and edges come from. */
export interface ImageBuildSource {
  readonly project: { readonly name: string; readonly root: string };
  readonly image: string;
  /** Workspace-relative. */
  readonly dockerfile: string;
  /** Workspace-relative; `.` is the workspace's root. */
  readonly buildContext: string;
  readonly targetStage?: string | undefined;
  readonly platform?: string | undefined;
  readonly buildArgs: Readonly<Record<string, string>>;
  /** Arguments whose values come with the build. */
  readonly stamps?: Readonly<Record<string, string>> | undefined;
  readonly narrow: NarrowOption;
  /** Additional build contexts: name to workspace-relative folder; `.` is the workspace's root. */
  readonly namedContexts?: Readonly<Record<string, string>> | undefined;
  /** Tasks whose outputs are in the build context when the image is built, and may not be there yet. */
  readonly copiesOutputsOf?: readonly string[] | undefined;
}

/** Where graph time reads from. */
export interface ImageBuildFiles {
  readonly files: WorkspaceFiles;
  /** Not given where there is no disk: then nothing is narrowed, and nothing is a link. */
  readonly contexts?: ContextFiles | undefined;
}

/** What a Dockerfile and its ignore file say about a build before it runs. */
export interface ImageBuildReading {
  /** Images that the needed Dockerfile stages start from or copy from, as far as arguments can be resolved. */
  readonly references: readonly string[];
  /** Filesets of Nx that match every file which the build can read, and possibly more. */
  readonly inputGlobs: readonly string[];
  /** Nodes of npm packages in Nx's graph that the build depends on. */
  readonly externalPackages: readonly string[];
  /** Commands whose output Nx hashes. */
  readonly runtimeInputs: readonly string[];
  /** Where to look for what Nx does not hash; empty where there is no disk. */
  readonly unseenIn: readonly UnseenPlace[];
  /** False where the Dockerfile fetches what no input covers: Nx must then not keep the result. */
  readonly reusable: boolean;
}

const NO_INPUTS: NxDependencyInputs = { filesets: [], externalPackages: [], runtime: [] };

/**
 * Reads a Dockerfile and its ignore file, and follows narrowing rules as far as they count. A Dockerfile that is missing or does not parse, and
 * a rule that is not valid, make the inputs as wide as they can be: `image-build` reports it when it runs. Pure but for reading through `files`.
 */
export function planImageBuild(source: ImageBuildSource, { files, contexts }: ImageBuildFiles): ImageBuildReading {
  const text = files.read(source.dockerfile);
  const contextRoot = folderOf(source.buildContext);
  const found = text === undefined ? undefined : readDockerfile(text, source, files);
  const planned = found && foreseen(() => planInputs(source, contextRoot, text ?? '', found, files, contexts));
  const ignoreFile = findIgnoreFile(source, contextRoot, files);
  const followed = planned?.nx.filesets ?? [];
  const globs = listInputGlobs({
    contextRoot,
    dockerfile: source.dockerfile,
    hasMoreInputs: followed.length > 0,
    ignoreFile,
    ignoreText: ignoreFile === null ? null : (files.read(ignoreFile) ?? null),
    ownOutputs: OWN_OUTPUTS,
    reads: planned?.reads,
  });
  const named = planNamedContexts(source, found, files, contexts);
  return {
    references: found?.references ?? [],
    reusable: found?.reusable ?? true,
    inputGlobs: [
      ...withoutConflicts([[...globs, ...followed], ...named.map(({ inputGlobs }) => inputGlobs)]),
      ...listVisibilityGlobs(contextRoot),
    ],
    externalPackages: planned?.nx.externalPackages ?? [],
    runtimeInputs: planned?.nx.runtime ?? [],
    unseenIn: contexts
      ? [
          ...(planned ? [{ contextRoot, dockerfile: source.dockerfile, reads: planned.all }] : []),
          ...named.map(({ unseenIn }) => unseenIn),
        ]
      : [],
  };
}

const OWN_OUTPUT_EXCLUSIONS = OWN_OUTPUTS.map((path) => `!{workspaceRoot}/${path}/**/*`);

/**
 * Filesets that come from several places. In Nx a `!` wins wherever it stands, so what one build context leaves out may be what another has:
 * with more than one of them only our own outputs, which none of them has, are left out.
 */
function withoutConflicts(groups: readonly (readonly string[])[]): readonly string[] {
  const [only = [], ...others] = groups.filter((globs) => globs.length > 0);
  if (others.length === 0) return only;
  const included = [only, ...others].flat().filter((glob) => !glob.startsWith('!'));
  return [...new Set([...included, ...OWN_OUTPUT_EXCLUSIONS])];
}

/** What an additional build context adds to the inputs. */
interface NamedInputs {
  readonly inputGlobs: readonly string[];
  readonly unseenIn: UnseenPlace;
}

/** Where the Dockerfile cannot be read each may be read as a whole; one that it does not read has no part in the build. */
function planNamedContexts(
  { namedContexts = {} }: ImageBuildSource,
  found: DockerfileReading | undefined,
  files: WorkspaceFiles,
  contexts: ContextFiles | undefined,
): NamedInputs[] {
  return Object.entries(namedContexts).flatMap(([name, folder]) => {
    const contextRoot = folderOf(folder);
    const reads = found ? listNamedReads(found.namedContextReads, name) : [READ_EVERYTHING];
    if (reads.length === 0) return [];
    const ignoreFile = findIgnoreFile({ dockerfile: null }, contextRoot, files);
    const ignoreText = ignoreFile === null ? null : (files.read(ignoreFile) ?? null);
    const inputReads = listInputReads(reads, linksBelow(contextRoot, files, contexts));
    const place = { contextRoot, dockerfile: null };
    const globs = listInputGlobs({ ...place, ignoreFile, ignoreText, ownOutputs: OWN_OUTPUTS, reads: inputReads });
    return [{ inputGlobs: [...globs, ...listVisibilityGlobs(contextRoot)], unseenIn: { ...place, reads } }];
  });
}

function folderOf(path: string): string {
  return path === '.' ? '' : path;
}

function linksBelow(contextRoot: string, files: WorkspaceFiles, contexts: ContextFiles | undefined): LinkTree {
  const kindOf = (path: string) => (contexts?.isLink(posix.join(contextRoot, path)) ? ('link' as const) : undefined);
  return {
    kindOf,
    list: (folder) =>
      files
        .list(posix.join(contextRoot, folder))
        .map((name) => ({ name, kind: kindOf(posix.join(folder, name)) ?? ('file' as const) })),
  };
}

function findIgnoreFile(
  { dockerfile }: { readonly dockerfile: string | null },
  contextRoot: string,
  files: WorkspaceFiles,
): string | null {
  return listIgnoreFileCandidates(contextRoot, dockerfile).find((path) => files.read(path) !== undefined) ?? null;
}

interface DockerfileReading {
  readonly references: readonly string[];
  readonly reads: readonly ContextRead[];
  readonly namedContextReads: readonly NamedContextRead[];
  readonly reusable: boolean;
  /** Found out only where it is needed. */
  readonly goModuleMode: () => GoModuleMode;
}

function readDockerfile(text: string, source: ImageBuildSource, files: WorkspaceFiles): DockerfileReading | undefined {
  return foreseen(() => {
    const dockerfile = parseDockerfile(text, source.dockerfile);
    const lock = files.readJson(LOCK_FILE);
    const bases = isJsonObject(lock) ? lock['bases'] : undefined;
    const stamps = Object.keys(source.stamps ?? {});
    const namedContexts = new Set(Object.keys(source.namedContexts ?? {}));
    const onbuildOf = (reference: string) => triggersOfBase(bases, reference);
    const selection = { ...source, stamps, namedContexts, onbuildOf };
    const references = listImageReferences(dockerfile, selection).filter(({ resolved }) => resolved);
    const { reads, namedContextReads, reusable } = listCopySources(dockerfile, selection);
    const goModuleMode = (): GoModuleMode => detectGoModuleMode(dockerfile, selection);
    return {
      references: references.map(({ reference }) => reference),
      reads,
      namedContextReads,
      reusable,
      goModuleMode,
    };
  });
}

interface PlannedInputs {
  /** `undefined` where the build may read all of its build context. */
  readonly reads: readonly InputRead[] | undefined;
  /** The same as the build has it; where Nx follows its own graph, what the instruction says. */
  readonly all: readonly PlannedRead[];
  readonly nx: NxDependencyInputs;
}

function planInputs(
  source: ImageBuildSource,
  contextRoot: string,
  dockerfileText: string,
  found: DockerfileReading,
  files: WorkspaceFiles,
  contexts: ContextFiles | undefined,
): PlannedInputs {
  const links = linksBelow(contextRoot, files, contexts);
  const narrow = contexts ? parseNarrow(source.narrow) : [];
  const planned = planReads({
    image: source.image,
    source: source.dockerfile,
    reads: found.reads,
    narrow: narrow.filter((copy) => isKnownBeforeTasks(copy, source)),
    mode: 'proven',
    isProven: narrow.length > 0 && isProven(source, contextRoot, dockerfileText, narrow, files),
    selectByRule: (rule) =>
      rule.kind === 'nx-dependencies' || !contexts
        ? FOLLOWED_BY_NX
        : selectOnDisk(rule, source, contextRoot, found.goModuleMode(), contexts),
  });
  const followsGraph = planned.reads.some(({ narrowedTo }) => narrowedTo?.includes(FOLLOWED_BY_NX));
  const nx = followsGraph ? listNxDependencyInputs({ project: source.project, contextRoot }, files) : NO_INPUTS;
  return { reads: listInputReads(planned.reads, links), all: planned.reads.map(withoutGraph), nx };
}

/**
 * What tasks make is not there yet, and may lead a rule that looks at files to more of them: generated Go code imports further packages.
 * `nx:dependencies` looks at no file.
 */
function isKnownBeforeTasks({ rules }: NarrowedCopy, { copiesOutputsOf = [] }: ImageBuildSource): boolean {
  return copiesOutputsOf.length === 0 || rules.every(({ kind }) => kind === 'nx-dependencies');
}

function withoutGraph(read: PlannedRead): PlannedRead {
  if (!read.narrowedTo?.includes(FOLLOWED_BY_NX)) return read;
  const { line, text, sources, resolved, doubt } = read;
  return { line, text, sources, resolved, doubt };
}

function selectOnDisk(
  rule: NarrowRule,
  { dockerfile, project }: ImageBuildSource,
  contextRoot: string,
  goModuleMode: GoModuleMode,
  contexts: ContextFiles,
): RuleSelection {
  const tree = contexts.openTree({ contextRoot, dockerfile, ownOutputs: OWN_OUTPUTS });
  const go = contexts.goGroundOf(tree);
  return selectByRule(rule, { tree, contextRoot, project, projects: () => new Map(), go, goModuleMode });
}

/** What `nx:dependencies` selects is known to Nx itself, by inputs that follow its graph. */
const FOLLOWED_BY_NX: RuleSelection = { files: new Map(), replaced: new Map(), globs: [], widened: [] };

function isProven(
  source: ImageBuildSource,
  contextRoot: string,
  dockerfileText: string,
  narrow: readonly NarrowedCopy[],
  files: WorkspaceFiles,
): boolean {
  const { targetStage = null, buildArgs } = source;
  const ignoreFile = findIgnoreFile(source, contextRoot, files);
  const ignoreText = ignoreFile === null ? null : (files.read(ignoreFile) ?? null);
  const lock = files.readJson(LOCK_FILE);
  const proofs = isJsonObject(lock) && isJsonObject(lock['proofs']) ? lock['proofs'] : {};
  const proof = Object.hasOwn(proofs, source.image) ? proofs[source.image] : undefined;
  const digest = digestNarrowing({
    dockerfileText,
    contextRoot,
    targetStage,
    ignoreText,
    buildArgs,
    narrow,
    namedContexts: mapFolders(source.namedContexts),
  });
  return isJsonObject(proof) && proof['rule'] === digest;
}

function mapFolders(namedContexts: ImageBuildSource['namedContexts'] = {}): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(namedContexts).map(([name, folder]) => [name, folderOf(folder)]));
}

/** What is wrong with a Dockerfile or a rule is told by the build. */
function foreseen<Result>(read: () => Result): Result | undefined {
  try {
    return read();
  } catch (error) {
    if (isSlipwayError(error)) return undefined;
    throw error;
  }
}
