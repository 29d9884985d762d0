import type { CommandDeclaration, OptionDeclaration } from './command';
import { GENERAL_OPTIONS } from './parse-command-line';

/** The help of the whole command line. Pure. */
export function renderGeneralHelp(commands: readonly CommandDeclaration[]): string {
  return [
    'Usage: npx nx-slipway <command> [options]',
    section(
      'Commands',
      commands.map(({ name, summary }) => [name, summary] as const),
    ),
    section('Options', optionRows(GENERAL_OPTIONS)),
    'Help of a command: npx nx-slipway <command> --help',
  ].join('\n\n');
}

/** The help of one command. Pure. */
export function renderCommandHelp(command: CommandDeclaration): string {
  return [
    `Usage: ${renderUsage(command)}`,
    command.description,
    section('Options', optionRows({ ...command.options, ...GENERAL_OPTIONS })),
    section(
      'Examples',
      command.examples.map(({ command: line, effect }) => [line, effect] as const),
    ),
    `Exit code: 0 fine, 1 ${command.failsWhen}, 2 bad usage.`,
  ].join('\n\n');
}

/** `npx nx-slipway lock [options] [references…]`. Pure. */
export function renderUsage({ name, arguments: given }: CommandDeclaration): string {
  return `npx nx-slipway ${name} [options]${given === '' ? '' : ` ${given}`}`;
}

/** `-h, --help`, `--engine <name>`. Pure. */
export function renderOption(name: string, { short, type, valueName }: OptionDeclaration): string {
  const value = type === 'string' ? ` <${valueName ?? 'value'}>` : '';
  return `${short === undefined ? '' : `-${short}, `}--${name}${value}`;
}

function optionRows(options: Readonly<Record<string, OptionDeclaration>>): (readonly [string, string])[] {
  return Object.entries(options).map(([name, option]) => {
    const fallback = option.default === undefined ? '' : ` Default: ${option.default}.`;
    return [renderOption(name, option), `${option.description}${fallback}`] as const;
  });
}

function section(title: string, rows: readonly (readonly [string, string])[]): string {
  const width = Math.max(...rows.map(([left]) => left.length));
  return [`${title}:`, ...rows.map(([left, right]) => `  ${left.padEnd(width)}  ${right}`)].join('\n');
}
