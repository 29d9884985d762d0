import { SlipwayError } from '../errors/slipway-error';

/**
 * Where programs that were built with `go build -cover` leave what they have counted: folders on the nodes, outside of any pod, since a
 * program writes when it ends, and what is in a pod is gone by then. A folder belongs to one image of one owner.
 */
export interface CoverageFolders {
  /** Absolute path, in every node, of the folder that holds those of an owner. */
  pathOf(owner: string): Promise<string>;
  /** Afterwards an owner's folder has these folders on every node, and programs of any user may write there. @throws {SlipwayError} CLUSTER_COVERAGE_FAILED */
  prepare(owner: string, names: readonly string[]): Promise<void>;
  /** Names of an owner's folders, on whichever node. @throws {SlipwayError} CLUSTER_COVERAGE_FAILED */
  list(owner: string): Promise<readonly string[]>;
  /**
   * Afterwards the processes of these owners' workloads, Jobs left out, have ended in order (SIGTERM, and their grace period), and others
   * run in their place or are about to. @throws {SlipwayError} CLUSTER_COVERAGE_FAILED
   */
  flush(owners: readonly string[]): Promise<void>;
  /**
   * Afterwards `target`, an absolute path, has the files that every node has in a folder, and the nodes have no counters any more
   * which were copied: the next time counts from here. @throws {SlipwayError} CLUSTER_COVERAGE_FAILED
   */
  take(owner: string, name: string, target: string): Promise<void>;
}

/** A cluster, as far as coverage goes. */
export interface CoveredCluster {
  readonly name: string;
  readonly provider: string;
  /** Not given where there is no way into the nodes. */
  readonly coverage?: CoverageFolders | undefined;
}

/** The folders of a cluster. @throws {SlipwayError} CLUSTER_COVERAGE_UNSUPPORTED */
export function coverageOf({ coverage, name, provider }: CoveredCluster): CoverageFolders {
  if (!coverage) throw new SlipwayError('CLUSTER_COVERAGE_UNSUPPORTED', { cluster: name, provider });
  return coverage;
}

/** So many characters of an image ID name its folder. */
const NAME_LENGTH = 24;

/** What Go's runtime calls the files that it writes when a program ends (Go 1.20, internal/coverage.CounterFilePref). */
const COUNTERS_PREFIX = 'covcounters.';

/** Name of the folder of an image: programs that differ never share one. Pure. */
export function coverageFolderOf(imageId: string): string {
  return imageId.replace(/^sha256:/, '').slice(0, NAME_LENGTH);
}

/** Whether a file is what a program has counted; the others say what it can count. Pure. */
export function isCounterFile(name: string): boolean {
  return name.startsWith(COUNTERS_PREFIX);
}
