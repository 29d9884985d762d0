import { renderProblem } from '../errors/render-problem';
import { isSlipwayError } from '../errors/slipway-error';
import type { CommandCall, CommandDeclaration, ExitCode } from './command';
import { commands } from './commands';
import { findWorkspaceRoot } from './find-workspace-root';
import { parseCommandLine, type CommandLineRequest } from './parse-command-line';
import { renderCommandHelp, renderGeneralHelp } from './render-help';

/** What the command line needs to know of its process. */
export interface CommandLineProcess {
  /** Absolute path. */
  readonly workingFolder: string;
  readonly readVersion: () => string;
}

/** Codes that say that the command line itself is wrong. */
const USAGE_CODES: ReadonlySet<string> = new Set([
  'CONFIG_COMMAND_UNKNOWN',
  'CONFIG_ARGUMENT_INVALID',
  'CONFIG_IMAGE_UNKNOWN',
]);

/**
 * The boundary of the command line: understands the arguments, runs the command and turns what it throws into an exit code.
 * A foreseen problem is printed to standard error; an unforeseen error goes on with its stack. Ctrl-C, SIGTERM and SIGHUP
 * abort `tools.signal`, and the command ends in its own order.
 */
export async function runCommandLine(args: readonly string[], ownProcess: CommandLineProcess): Promise<ExitCode> {
  try {
    return await answer(parseCommandLine(args, commands), ownProcess);
  } catch (error) {
    if (!isSlipwayError(error)) throw error;
    printError(renderProblem(error.problem));
    return USAGE_CODES.has(error.code) ? 2 : 1;
  }
}

async function answer(request: CommandLineRequest, ownProcess: CommandLineProcess): Promise<ExitCode> {
  switch (request.kind) {
    case 'help':
      print(request.command ? renderCommandHelp(request.command) : renderGeneralHelp(commands));
      return 0;
    case 'version':
      print(ownProcess.readVersion());
      return 0;
    case 'nothing':
      printError(renderGeneralHelp(commands));
      return 2;
    case 'run':
      return runCommand(request.command, request.call, ownProcess);
  }
}

async function runCommand(
  { name }: CommandDeclaration,
  call: CommandCall,
  { workingFolder }: CommandLineProcess,
): Promise<ExitCode> {
  const workspaceRoot = findWorkspaceRoot(workingFolder);
  // A file of its own in the built package: the help must not pay for what the commands load.
  const { loadCommand, openTools } = await import('./cli-commands.js');
  const { tools, close } = openTools({ line: printError });
  try {
    const run = await loadCommand(name);
    return await run(call, { workspaceRoot, tools, print });
  } catch (error) {
    // What else a command ends in after Ctrl-C only tells that something was stopped halfway.
    if (!tools.signal.aborted || (isSlipwayError(error) && error.code === 'BUILD_CANCELLED')) throw error;
    printError('Cancelled.');
    return 1;
  } finally {
    close();
  }
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

function printError(line: string): void {
  process.stderr.write(`${line}\n`);
}
