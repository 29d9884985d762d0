import type { RunCommand } from './command';

export { openTools } from '../exec/open-tools';

/** Each command’s module, evaluated when it runs. */
const modules: Readonly<Record<string, () => Promise<RunCommand>>> = {
  doctor: async () => (await import('./doctor/doctor-command.js')).doctor,
  gc: async () => (await import('./gc/gc-command.js')).gc,
  lock: async () => (await import('./lock/lock-command.js')).lock,
  plan: async () => (await import('./plan/plan-command.js')).plan,
  prove: async () => (await import('./prove/prove-command.js')).prove,
  why: async () => (await import('./why/why-command.js')).why,
};

/** Loads a declared command. */
export async function loadCommand(name: string): Promise<RunCommand> {
  const load = modules[name];
  if (!load) throw new Error(`The command ${name} is declared, but has no module.`);
  return load();
}

/** Names of the commands that have a module. */
export const LOADABLE_COMMANDS: readonly string[] = Object.keys(modules);
