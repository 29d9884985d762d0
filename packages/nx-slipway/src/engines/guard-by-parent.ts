import type { Tools } from '../exec/tools';
import { findOnPath } from './find-on-path';

/** A command line. */
export interface GuardedCommand {
  readonly command: string;
  readonly args: readonly string[];
}

/** The command line that runs a program so that the kernel kills it when this process ends in whatever way, where that is possible: Linux with `setpriv`. */
export async function guardByParent(
  program: string,
  args: readonly string[],
  tools: Pick<Tools, 'env'>,
): Promise<GuardedCommand> {
  const guard = process.platform === 'linux' ? await findOnPath('setpriv', tools.env['PATH'] ?? '') : undefined;
  return guard === undefined
    ? { command: program, args: [...args] }
    : { command: guard, args: ['--pdeathsig', 'KILL', program, ...args] };
}
