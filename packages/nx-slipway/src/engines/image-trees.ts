/** One path of an image's file system. Times are left out: they say nothing about what an image does. */
export interface TreeEntry {
  /** Without a leading slash; the root folder is `''`, where the image has it. */
  readonly path: string;
  /** A hard link is a `file`: which of its names came first makes no difference to what is in the image. */
  readonly kind: 'file' | 'directory' | 'link' | 'other';
  /** Permission bits with setuid, setgid and sticky, e.g. `0o755`. */
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  /** Bytes of a file; 0 for everything else. */
  readonly size: number;
  /** 64 hex characters for a file, else `null`. */
  readonly sha256: string | null;
  /** Target of a link, `c 1:3` or the like for a device, else `null`. */
  readonly linkTarget: string | null;
  /** Extended attributes by name, e.g. `security.capability`. Values as the archive's PAX header has them. */
  readonly xattrs: Readonly<Record<string, string>>;
}

/** What an image says about how it is run. What it says about its making (history, times) is left out. */
export interface ImageConfig {
  readonly env: readonly string[];
  readonly entrypoint: readonly string[] | null;
  readonly cmd: readonly string[] | null;
  readonly workingDir: string;
  readonly user: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly exposedPorts: readonly string[];
  readonly volumes: readonly string[];
  readonly stopSignal: string;
  readonly onbuild: readonly string[];
  /** As the config has it, or `null`. */
  readonly healthcheck: unknown;
}

/** What two images are compared by. */
export interface ImageTree {
  readonly config: ImageConfig;
  /** The final file system, all layers applied, sorted by path. */
  readonly entries: readonly TreeEntry[];
}

/** The side of an engine that shows what is in an image. No way to a build leads through here. */
export interface ImageTrees {
  /** Reads an image that the engine has, by tag or image ID. Starts no container, leaves nothing. @throws {SlipwayError} the ENGINE codes */
  readImageTree(reference: string): Promise<ImageTree>;
}
