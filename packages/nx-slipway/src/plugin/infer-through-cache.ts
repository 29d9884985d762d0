import { hash } from 'node:crypto';
import type { ContextFiles } from './context-files';
import { inferProjects, type InferenceRequest, type InferredProject } from './infer-projects';
import type { WorkspaceFiles } from './workspace-files';

/** Keeps the last inference between two processes. Where it cannot, it answers `undefined`, and nothing is lost but time. */
export interface InferenceCache {
  read(): KeptInference | undefined;
  write(kept: KeptInference): void;
}

/** An inference, and all that it came from. */
export interface KeptInference {
  /** Digest of what it was asked: options, paths, the plugin's build. */
  readonly request: string;
  /** Files that it read, found or not, and folders that it listed, in order. */
  readonly reads: readonly string[];
  readonly lists: readonly string[];
  /** Paths of which it asked whether they are links. */
  readonly links: readonly string[];
  /** Digest of what was found there. */
  readonly found: string;
  readonly projects: readonly InferredProject[];
}

/**
 * What `inferProjects` gives, which is pure but for reading: taken from the cache when the request is the same and every file that it
 * read and folder that it listed is as it was. That is read again each time, never told from times or sizes. For 500
 * Dockerfiles that is a third of the time, and nearly all of the code need not be compiled by a process that lives for one command.
 */
export function inferThroughCache(
  request: InferenceRequest,
  cache: InferenceCache,
  infer = inferProjects,
): readonly InferredProject[] {
  const { files, contexts, ...settings } = request;
  const asked = digestOf([settings, files.paths]);
  const kept = cache.read();
  if (kept?.request === asked && digestFound(kept, request) === kept.found) return kept.projects;
  const recorder = recordReads(files, contexts);
  const projects = infer({ ...request, files: recorder.files, contexts: recorder.contexts });
  if (!recorder.isComplete()) return projects;
  const record = { reads: [...recorder.reads], lists: [...recorder.lists], links: [...recorder.links] };
  cache.write({ request: asked, ...record, found: digestFound(record, request), projects });
  return projects;
}

interface Recorder {
  readonly files: WorkspaceFiles;
  readonly contexts: ContextFiles | undefined;
  readonly reads: ReadonlySet<string>;
  readonly lists: ReadonlySet<string>;
  readonly links: ReadonlySet<string>;
  /** False where a whole build context was looked at: what was read in it is not recorded, so nothing is kept. */
  isComplete(): boolean;
}

function recordReads(files: WorkspaceFiles, contexts: ContextFiles | undefined): Recorder {
  const reads = new Set<string>();
  const lists = new Set<string>();
  const links = new Set<string>();
  let trees = 0;
  return {
    reads,
    lists,
    links,
    isComplete: () => trees === 0,
    files: {
      paths: files.paths,
      read: (path) => files.read(noted(path, reads)),
      readJson: (path) => files.readJson(noted(path, reads)),
      list: (folder) => files.list(noted(folder, lists)),
    },
    contexts: contexts && {
      isLink: (path) => contexts.isLink(noted(path, links)),
      openTree: (request) => {
        trees++;
        return contexts.openTree(request);
      },
      goGroundOf: (tree) => contexts.goGroundOf(tree),
      save: () => contexts.save(),
    },
  };
}

function noted(path: string, paths: Set<string>): string {
  paths.add(path);
  return path;
}

function digestFound(
  { reads, lists, links }: Pick<KeptInference, 'reads' | 'lists' | 'links'>,
  { files, contexts }: InferenceRequest,
): string {
  return digestOf([
    reads.map((path) => files.read(path) ?? null),
    lists.map((folder) => files.list(folder)),
    links.map((path) => contexts?.isLink(path) ?? null),
  ]);
}

function digestOf(value: unknown): string {
  return hash('sha256', JSON.stringify(value), 'hex');
}
