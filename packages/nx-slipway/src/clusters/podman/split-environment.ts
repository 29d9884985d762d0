/** How a container's variables reach podman without being seen in a process list. */
export interface SplitEnvironment {
  /** Content for `--env-file`: `NAME=value` lines, taken as they are. */
  readonly file: string;
  /** Variables that such a file cannot hold; podman takes them from its own environment by `--env NAME`. */
  readonly inherited: Readonly<Record<string, string>>;
}

/** podman reads the file by lines with a buffer of 64 KiB (bufio.Scanner). */
const LONGEST_LINE = 60_000;

/** Splits variables by what podman's environment files can hold: no line ends, no very long lines. Pure. */
export function splitEnvironment(variables: readonly (readonly [name: string, value: string])[]): SplitEnvironment {
  const fits = ([name, value]: readonly [string, string]): boolean =>
    !/[\r\n]/.test(value) && Buffer.byteLength(name) + Buffer.byteLength(value) < LONGEST_LINE;
  return {
    file: variables
      .filter(fits)
      .map(([name, value]) => `${name}=${value}\n`)
      .join(''),
    inherited: Object.fromEntries(variables.filter((variable) => !fits(variable))),
  };
}
