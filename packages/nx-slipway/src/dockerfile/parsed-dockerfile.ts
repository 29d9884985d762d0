/** A flag of an instruction: `--from=build` is `{ name: 'from', value: 'build' }`, `--link` has the value `null`. */
export interface DockerfileFlag {
  readonly name: string;
  /** Variables are not resolved; the quotes around it and escapes are gone, as in the engines. */
  readonly value: string | null;
}

/** A heredoc of an instruction, e.g. `RUN <<EOF`. */
export interface Heredoc {
  readonly name: string;
  readonly content: string;
  /** Whether variables in the content are resolved: they are, unless the name was quoted. */
  readonly expand: boolean;
}

/** One instruction. Nothing in it is resolved: words are as written. */
export interface DockerfileInstruction {
  /** Upper case, e.g. `COPY`. */
  readonly keyword: string;
  /** First line in the file, from 1. */
  readonly line: number;
  /** Last line, heredocs included. */
  readonly endLine: number;
  readonly flags: readonly DockerfileFlag[];
  /** What follows keyword and flags, continuation lines joined and comments between them dropped. */
  readonly text: string;
  /** The words of the JSON form (`COPY ["a b", "/"]`), spaces kept; absent in the shell form. */
  readonly json?: readonly string[];
  readonly heredocs: readonly Heredoc[];
  /** What an `ONBUILD` instruction registers. */
  readonly trigger?: DockerfileInstruction;
}

/** A Dockerfile stage: `FROM` and what follows it. */
export interface DockerfileStage {
  readonly index: number;
  /** Lower case, as stages are looked up; `null` where there is no `AS`. */
  readonly name: string | null;
  /** As written, variables not resolved. */
  readonly base: string;
  /** The value of `--platform`, as written. */
  readonly platform: string | null;
  readonly line: number;
  readonly instructions: readonly DockerfileInstruction[];
}

/** A place that only one engine reads in this way. What another makes of it is not known. */
export interface ReadingDoubt {
  readonly line: number;
  readonly engine: 'buildkit' | 'podman';
  /** E.g. `a line that ends in two escape characters`. */
  readonly what: string;
}

/** A Dockerfile as it is written. */
export interface ParsedDockerfile {
  /** The file's name for messages. */
  readonly source: string;
  readonly escape: '\\' | '`';
  /** Parser directives by lower-case name, e.g. `syntax`. */
  readonly directives: Readonly<Record<string, string>>;
  /** The `ARG` instructions before the first `FROM`. */
  readonly globalArguments: readonly DockerfileInstruction[];
  /** At least one. */
  readonly stages: readonly DockerfileStage[];
  /** Where the engines take the file apart in different ways: it is then read as `engine` does. */
  readonly doubts: readonly ReadingDoubt[];
}
