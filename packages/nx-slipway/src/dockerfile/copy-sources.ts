/** What one instruction reads from the build context. */
export interface ContextRead {
  readonly instruction: 'ADD' | 'COPY' | 'RUN';
  readonly line: number;
  /** The instruction as the option `narrow` names it: keyword, no flags, white space folded, e.g. `COPY . .`. */
  readonly text: string;
  /** Relative to the root of the build context, normalised; `''` is the root. May be patterns (Go's `filepath.Match`). */
  readonly sources: readonly string[];
  /** Patterns of `--exclude` (moby's ignore patterns, relative to each source), as written. BuildKit honours them, and podman from 5.3 on. */
  readonly excludes: readonly string[];
  /** `--parents`. */
  readonly parents: boolean;
  /** False where a variable made a source unknown, or anything else is not understood: anything in the build context may then be read. */
  readonly resolved: boolean;
  /** Why it is not resolved, one sentence without its full stop; `null` where it is. */
  readonly doubt: string | null;
  /** Index of the Dockerfile stage. */
  readonly stage: number;
  /** Absolute path there, without a trailing slash; `null` where a variable or the base's working directory makes it unknown. */
  readonly destination: string | null;
  /** Whether the destination is certainly a folder: it ends in a slash or a dot, or there are several sources. */
  readonly destinationIsFolder: boolean;
}

/** A `COPY --from`, or a bind mount, of a stage of the same Dockerfile. */
export interface StageCopy {
  readonly instruction: 'COPY' | 'RUN';
  readonly line: number;
  /** Index of the stage that it is in. */
  readonly stage: number;
  /** Index of the stage that it reads from. */
  readonly fromStage: number;
  /** Absolute paths in that stage, normalised; may be patterns. */
  readonly sources: readonly string[];
  /** False where a source is unknown: anything in that stage may be read. */
  readonly resolved: boolean;
  /** Absolute path in its own stage, without a trailing slash; `null` where that is unknown. */
  readonly destination: string | null;
}

/** A RUN instruction of a stage that the target needs. */
export interface StageRun {
  readonly line: number;
  readonly stage: number;
  /** What is run: continuation lines joined, heredocs with their bodies, the words of the JSON form joined by blanks. */
  readonly shell: string;
  /** Absolute; `null` where it is that of a base image, or a variable is in it. */
  readonly workdir: string | null;
}

/** What one instruction reads from an additional build context. */
export interface NamedContextRead {
  readonly instruction: 'COPY' | 'FROM' | 'RUN';
  readonly line: number;
  /** As given to the build. */
  readonly name: string;
  /** Relative to the root of that context, normalised; `''` is all of it. May be patterns. */
  readonly sources: readonly string[];
  readonly resolved: boolean;
}

/** Something that only one engine understands, or that engines understand in different ways. */
export interface EngineOnlySyntax {
  readonly engine: 'buildkit' | 'podman';
  readonly line: number;
  /** E.g. `COPY --parents`. */
  readonly what: string;
  /** The first version of podman that does what it says, e.g. `4.8`; `null` where none is known. */
  readonly podmanSince: string | null;
  /** The first docker whose own frontend has it, where an older one would misread it instead of refusing it; else `null`. */
  readonly dockerSince: string | null;
  /** Every engine accepts it, and `engine` alone reads it as we do. */
  readonly readDifferently: boolean;
}

/** A base image of which it is not known which ONBUILD triggers it registers: they might read anything. */
export interface UnknownTriggers {
  readonly line: number;
  readonly reference: string;
}

/** Something outside of the key that decides an image. */
export interface UnkeyedSource {
  readonly line: number;
  readonly reason: string;
}

/** What a build reads from its build context and its other sources, and whether its image may be reused. */
export interface CopySources {
  readonly reads: readonly ContextRead[];
  readonly stageCopies: readonly StageCopy[];
  readonly runs: readonly StageRun[];
  readonly namedContextReads: readonly NamedContextRead[];
  readonly syntaxOnly: readonly EngineOnlySyntax[];
  /** Only where `onbuildOf` was given. */
  readonly unknownTriggers: readonly UnknownTriggers[];
  /** False where the image depends on bytes that no key covers: it is then built every time. */
  readonly reusable: boolean;
  readonly unkeyed: readonly UnkeyedSource[];
}
