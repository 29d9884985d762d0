import type { MemoryMeter } from '../scheduling/measuring/memory-meter';
import type { BuildLeftovers } from './build-leftovers';

/** One build, complete: the builder decides nothing. */
export interface BuildRequest {
  /**
   * Puts exactly the files that are to be sent into `folder`: an absolute path, where nothing exists yet, inside of what the builder
   * removes when the build ends in whatever way. Called once.
   */
  readonly stage: (folder: string) => Promise<void>;
  /** Additional build contexts, by name: each as `stage`. */
  readonly namedContexts?: ReadonlyMap<string, (folder: string) => Promise<void>>;
  /** How much `stage` will write, for a warning where a disk has too little left. Default: no warning. */
  readonly stagedBytes?: number;
  /** Ignore rules that the engine applies to the staged files; never empty, else podman 4.3 looks for the ones among these files. */
  readonly ignoreText: string;
  /** Workspace-relative path of the Dockerfile, for messages. */
  readonly dockerfile: string;
  /** The Dockerfile itself: what is built is this text, whatever happens to the file. */
  readonly dockerfileText: string;
  readonly targetStage?: string;
  readonly platform?: string;
  /** Plain build arguments and stamps together, with their final values. */
  readonly buildArgs: Readonly<Record<string, string>>;
  /** Each as the engine's `--secret` takes it: `id=pip,src=/absolute/path` or `id=token,env=NAME`. */
  readonly secrets: readonly string[];
  /** Network of RUN steps: `default`, `host` or `none`. */
  readonly network: 'default' | 'host' | 'none';
  /** Images that stand for names in FROM and `COPY --from`: name in the Dockerfile to image tag, or to `repository@sha256:…` of a pinned base. */
  readonly projectImages: Readonly<Record<string, string>>;
  /** Tags to give to the built image. */
  readonly tags: readonly string[];
  readonly timeoutMs?: number;
  /** Every step is run, whatever the engine's layer cache has: for a build whose result is compared. Default: false. */
  readonly noCache?: boolean;
  /**
   * Cache mounts (`RUN --mount=type=cache`) are empty when the build begins, and steps that have one are run: for a build whose result is
   * compared. Default: false, they have what earlier builds left in them.
   */
  readonly freshCaches?: boolean;
  /** Is told where the build's processes are while they run, also of a build that fails. */
  readonly meter?: MemoryMeter;
}

/** What a build gave. */
export interface BuiltImage {
  /** Digest of the image's config, `sha256:<64 hex>`. */
  readonly imageId: string;
}

/** The building side of an engine. In `executors/`, only `image-build/` may open one; lint enforces that. */
export interface ImageBuilder extends BuildLeftovers {
  /**
   * Builds one image. When this resolves the image exists under its tags; when it rejects or the signal aborts, no process,
   * container, mount or temporary folder of this build is left, and finished layers stay.
   * @throws {SlipwayError} BUILD_STEP_FAILED, BUILD_TIMED_OUT, BUILD_CANCELLED, the ENGINE codes, and what `stage` throws
   */
  buildImage(request: BuildRequest): Promise<BuiltImage>;
  /**
   * Afterwards none of these tags is there, and neither is an image that had no other. Tags that are not there are passed over.
   * @throws {SlipwayError} the ENGINE codes, e.g. where a container uses the image
   */
  removeImages(tags: readonly string[]): Promise<void>;
}
