import { LOADABLE_COMMANDS } from './cli-commands';
import { commands } from './commands';
import { renderCommandHelp, renderGeneralHelp } from './render-help';

describe('the declared commands', () => {
  test('each have a module', () => {
    expect(commands.map(({ name }) => name).toSorted()).toEqual(LOADABLE_COMMANDS.toSorted());
  });

  test('are all listed in the general help', () => {
    for (const { name } of commands) expect(renderGeneralHelp(commands)).toContain(`  ${name} `);
    expect(renderGeneralHelp(commands)).toContain(commands[0]!.summary);
  });

  test.each(commands.map((command) => [command.name, command] as const))('%s has a complete help', (name, command) => {
    const help = renderCommandHelp(command);
    expect(help).toMatch(new RegExp(`^Usage: npx nx-slipway ${name} \\[options\\]`));
    for (const option of Object.keys(command.options)) expect(help).toContain(`--${option}`);
    for (const { command: example } of command.examples) {
      expect(example).toMatch(new RegExp(`^npx nx-slipway ${name}\\b`));
      expect(help).toContain(example);
    }
    expect('json' in command.options).toBe(command.jsonShape !== undefined);
  });
});
