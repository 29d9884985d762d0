import { existsSync, readdirSync } from 'node:fs';
import { reap } from './ledger';
import { ledgersFolderOf, openLedger } from './ledger-file';
import { observeMachine } from './observe-machine';

/**
 * Takes out of this machine's ledgers what killed tasks have left there: builds whose process is gone, and of which nothing runs. The next build
 * that comes to the gate would do that too; but where the engine had finished when its task was killed, the next task finds the image and builds nothing.
 * @param machineStore absolute path
 */
export function forgetGoneBuilds(machineStore: string): void {
  const folder = ledgersFolderOf(machineStore);
  for (const pool of existsSync(folder) ? readdirSync(folder) : []) {
    const ledger = openLedger({ machineStore, pool }, () => undefined);
    const { goneIds } = observeMachine(ledger.read(), () => undefined);
    ledger.update((current) => ({ ledger: reap(current, ({ id }) => goneIds.has(id)), result: undefined }));
  }
}
