import { hash } from 'node:crypto';
import type { CreateNodesResultArray } from '@nx/devkit';
import type { ObservedDisk, Questions } from './observed-disk';

/** Keeps the last inference between two processes. Where it cannot, it answers `undefined`, and nothing is lost but time. */
export interface InferenceCache {
  read(): KeptInference | undefined;
  write(kept: KeptInference): void;
}

/** An inference, and all that it came from. */
export interface KeptInference {
  /** Digest of what it was asked: options, paths, the plugin's build. */
  readonly request: string;
  /** What it asked of the disk. */
  readonly questions: Questions;
  /** Digest of what was answered. */
  readonly found: string;
  readonly nodes: CreateNodesResultArray;
}

/** What an inference gives. */
export interface Inference {
  readonly nodes: CreateNodesResultArray;
  /** Whether all that it came from was asked of the disk that it was given, so that it may be kept. */
  readonly isComplete: boolean;
}

/** Where an inference is taken from. */
export interface InferenceSource {
  /** All that it depends on besides the disk; compared as JSON. */
  readonly request: unknown;
  readonly cache: InferenceCache;
  /** Opens the disk as it is now. */
  readonly openDisk: () => ObservedDisk;
  readonly infer: (disk: ObservedDisk) => Promise<Inference>;
}

/**
 * What `infer` gives, which is pure but for asking its disk: taken from the cache when the request is the same and the disk gives the
 * same answers to every question. These are asked again each time, and nothing is told from times or sizes. For 500 Dockerfiles
 * that is a fourth of the time, and nearly all of the code need not even be loaded by a process that lives for one command.
 */
export async function inferThroughCache({
  request,
  cache,
  openDisk,
  infer,
}: InferenceSource): Promise<CreateNodesResultArray> {
  const asked = hash('sha256', JSON.stringify(request), 'hex');
  const kept = cache.read();
  if (kept?.request === asked && openDisk().digestAnswers(kept.questions) === kept.found) return kept.nodes;
  const disk = openDisk();
  const { nodes, isComplete } = await infer(disk);
  if (!isComplete) return nodes;
  const questions = disk.questions();
  cache.write({ request: asked, questions, found: disk.digestAnswers(questions), nodes });
  return nodes;
}
