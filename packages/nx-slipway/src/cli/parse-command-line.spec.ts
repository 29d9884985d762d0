import { isSlipwayError } from '../errors/slipway-error';
import type { CommandDeclaration } from './command';
import { parseCommandLine } from './parse-command-line';

const paint: CommandDeclaration = {
  name: 'paint',
  summary: '',
  description: '',
  arguments: '[boats…]',
  options: {
    colour: { type: 'string', description: '', default: 'white' },
    json: { type: 'boolean', short: 'j', description: '' },
  },
  examples: [],
  failsWhen: '',
};
const launch: CommandDeclaration = { ...paint, name: 'launch', arguments: '', options: {} };

function parse(...args: readonly string[]) {
  return parseCommandLine(args, [paint, launch]);
}

function codeAndTextOf(...args: readonly string[]): string {
  try {
    parse(...args);
  } catch (error) {
    if (isSlipwayError(error)) return `${error.code} ${error.message}`;
    throw error;
  }
  throw new Error('nothing was thrown');
}

describe('parseCommandLine', () => {
  test('takes arguments and options in any order, and completes the options', () => {
    expect(parse('paint', 'a', '--json', 'b')).toMatchObject({
      kind: 'run',
      command: { name: 'paint' },
      call: { arguments: ['a', 'b'], options: { colour: 'white', json: true } },
    });
    expect(parse('paint', '-j', '--colour=red')).toMatchObject({ call: { options: { colour: 'red', json: true } } });
    expect(parse('paint', '--colour', 'red', '--', '--json')).toMatchObject({
      call: { arguments: ['--json'], options: { colour: 'red', json: false } },
    });
  });

  test('knows help and version, alone and after a command', () => {
    expect(parse('--help')).toEqual({ kind: 'help', command: undefined });
    expect(parse('-h')).toEqual({ kind: 'help', command: undefined });
    expect(parse('paint', '--help')).toEqual({ kind: 'help', command: paint });
    expect(parse('--version')).toEqual({ kind: 'version' });
    expect(parse('launch', '--version')).toEqual({ kind: 'version' });
    expect(parse()).toEqual({ kind: 'nothing' });
  });

  test.each([
    [['piant'], 'CONFIG_COMMAND_UNKNOWN There is no command "piant". Did you mean "paint"?'],
    [['sink'], 'CONFIG_COMMAND_UNKNOWN There is no command "sink".'],
    [['paint', '--color', 'red'], 'CONFIG_ARGUMENT_INVALID There is no option --color. Did you mean "--colour"?'],
    [['paint', '-x'], 'CONFIG_ARGUMENT_INVALID There is no option -x.'],
    [['paint', '--constructor'], 'CONFIG_ARGUMENT_INVALID There is no option --constructor.'],
    [['--jsn'], 'CONFIG_ARGUMENT_INVALID There is no option --jsn.'],
    [['paint', '--json=1'], 'CONFIG_ARGUMENT_INVALID The option --json takes no value, but has "1".'],
    [['paint', '--colour'], 'CONFIG_ARGUMENT_INVALID The option --colour needs a value.'],
    [['paint', '--colour', '--json'], 'CONFIG_ARGUMENT_INVALID The option --colour needs a value.'],
    [['paint', '--colour='], 'CONFIG_ARGUMENT_INVALID The option --colour needs a value.'],
    [['launch', 'now'], 'CONFIG_ARGUMENT_INVALID "now" is one argument too many.'],
  ])('refuses %j', (args, expected) => {
    expect(codeAndTextOf(...args)).toBe(expected);
  });
});
