import { parseArgs } from 'node:util';
import { SlipwayError } from '../errors/slipway-error';
import type { CommandCall, CommandDeclaration, OptionDeclaration } from './command';
import { renderSuggestion } from './find-nearest';

/** What a command line asks for. */
export type CommandLineRequest =
  | { readonly kind: 'help'; readonly command: CommandDeclaration | undefined }
  | { readonly kind: 'version' }
  /** No command was named. */
  | { readonly kind: 'nothing' }
  | { readonly kind: 'run'; readonly command: CommandDeclaration; readonly call: CommandCall };

/** Options that every command has. */
export const GENERAL_OPTIONS = {
  help: { type: 'boolean', short: 'h', description: 'Shows this help.' },
  version: { type: 'boolean', description: 'Shows the version of nx-slipway.' },
} as const satisfies Record<string, OptionDeclaration>;

/**
 * Understands a command line: the command first, then its options and arguments in any order; `--` ends the options. Pure.
 * @throws {SlipwayError} CONFIG_COMMAND_UNKNOWN, CONFIG_ARGUMENT_INVALID
 */
export function parseCommandLine(args: readonly string[], commands: readonly CommandDeclaration[]): CommandLineRequest {
  const [first, ...rest] = args;
  if (first === undefined) return { kind: 'nothing' };
  if (first.startsWith('-')) return parseGeneralRequest(args);
  const command = commands.find(({ name }) => name === first);
  if (!command) {
    const names = commands.map(({ name }) => name);
    throw new SlipwayError('CONFIG_COMMAND_UNKNOWN', { command: first, suggestion: renderSuggestion(first, names) });
  }
  const call = parseCall(rest, command.name, command.options, command.arguments !== '');
  if (call.options['help'] === true) return { kind: 'help', command };
  if (call.options['version'] === true) return { kind: 'version' };
  return { kind: 'run', command, call };
}

function parseGeneralRequest(args: readonly string[]): CommandLineRequest {
  const { options } = parseCall(args, '', {}, false);
  if (options['help'] === true) return { kind: 'help', command: undefined };
  return options['version'] === true ? { kind: 'version' } : { kind: 'nothing' };
}

function parseCall(
  args: readonly string[],
  command: string,
  ownOptions: Readonly<Record<string, OptionDeclaration>>,
  takesArguments: boolean,
): CommandCall {
  const declared: Readonly<Record<string, OptionDeclaration>> = { ...ownOptions, ...GENERAL_OPTIONS };
  const options = Object.fromEntries(
    Object.entries(declared).map(([name, { type, short }]) => [name, short === undefined ? { type } : { type, short }]),
  );
  const { tokens } = parseArgs({ args: [...args], options, strict: false, allowPositionals: true, tokens: true });
  const values: Record<string, string | boolean | undefined> = {};
  for (const [name, option] of Object.entries(declared)) {
    values[name] = option.type === 'boolean' ? false : option.default;
  }
  const given: string[] = [];
  for (const token of tokens) {
    if (token.kind === 'positional') given.push(token.value);
    if (token.kind === 'option') values[token.name] = readValue(token, declared, command);
  }
  if (given.length > 0 && !takesArguments) throw invalidArgument(command, `"${given[0]}" is one argument too many`);
  return { arguments: given, options: values };
}

interface OptionToken {
  readonly name: string;
  readonly rawName: string;
  readonly value: string | undefined;
  readonly inlineValue: boolean | undefined;
}

function readValue(
  { name, rawName, value, inlineValue }: OptionToken,
  declared: Readonly<Record<string, OptionDeclaration>>,
  command: string,
): string | boolean {
  const option = Object.hasOwn(declared, name) ? declared[name] : undefined;
  if (!option) {
    const suggestion = renderSuggestion(name, Object.keys(declared), '--');
    throw invalidArgument(command, `There is no option ${rawName}`, suggestion);
  }
  if (option.type === 'boolean') {
    if (value !== undefined) throw invalidArgument(command, `The option ${rawName} takes no value, but has "${value}"`);
    return true;
  }
  // `--engine --json`: what looks like an option is one, unless it is given with "=".
  if (value === undefined || value === '' || (inlineValue !== true && value.startsWith('-'))) {
    throw invalidArgument(command, `The option ${rawName} needs a value`);
  }
  return value;
}

function invalidArgument(command: string, reason: string, suggestion = ''): SlipwayError {
  return new SlipwayError('CONFIG_ARGUMENT_INVALID', { command, reason, suggestion });
}
