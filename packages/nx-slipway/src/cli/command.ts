import type { Tools } from '../exec/tools';

/** One option of a command. */
export interface OptionDeclaration {
  readonly type: 'boolean' | 'string';
  /** One letter. */
  readonly short?: string;
  /** What stands for the value in the help; only for `string`. */
  readonly valueName?: string;
  readonly description: string;
  /** Shown in the help and given to the command where the option is not; `false` for booleans. */
  readonly default?: string;
}

/** A command, as data: help, argument parsing and the reference page come from it. */
export interface CommandDeclaration {
  readonly name: string;
  /** One line. */
  readonly summary: string;
  /** Whole sentences. */
  readonly description: string;
  /** The arguments as the help shows them, e.g. `[images…]`; `''` for a command that takes none. */
  readonly arguments: string;
  readonly options: Readonly<Record<string, OptionDeclaration>>;
  readonly examples: readonly { readonly command: string; readonly effect: string }[];
  /** What exit code 1 means. */
  readonly failsWhen: string;
  /** The shape of what `--json` prints, for the reference page; absent where there is no such option. */
  readonly jsonShape?: string;
}

/** Exit codes of every command: 0 fine, 1 a problem was found or it failed, 2 bad usage. */
export type ExitCode = 0 | 1 | 2;

/** A command with its arguments as they were given, complete. */
export interface CommandCall {
  readonly arguments: readonly string[];
  readonly options: Readonly<Record<string, string | boolean | undefined>>;
}

/** Where a command runs and how it answers. */
export interface CommandPlace {
  /** Absolute path of the folder with nx.json. */
  readonly workspaceRoot: string;
  /** `tools.log` goes to standard error. */
  readonly tools: Tools;
  /** The answer: a line on standard output. With `--json` the JSON alone. */
  readonly print: (line: string) => void;
}

/** What a command's module exports. Throws {SlipwayError} for what it foresees. */
export type RunCommand = (call: CommandCall, place: CommandPlace) => Promise<ExitCode>;
