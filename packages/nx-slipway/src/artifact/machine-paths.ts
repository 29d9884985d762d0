import { homedir } from 'node:os';
import { join } from 'node:path';

/**
 * The machine store: a folder of this user on this machine, outside Nx's outputs.
 * `NX_SLIPWAY_STATE_DIR`, else `$XDG_STATE_HOME/nx-slipway`, else `~/.local/state/nx-slipway` (XDG base directory specification 0.8).
 */
export function resolveMachineStore(env: Readonly<Record<string, string | undefined>>): string {
  if (env['NX_SLIPWAY_STATE_DIR']) return env['NX_SLIPWAY_STATE_DIR'];
  const stateHome = env['XDG_STATE_HOME'] || join(env['HOME'] ?? homedir(), '.local', 'state');
  return join(stateHome, 'nx-slipway');
}
