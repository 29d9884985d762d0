import type { CommandDeclaration } from './command';
import { doctorDeclaration } from './doctor/doctor-declaration';
import { gcDeclaration } from './gc/gc-declaration';
import { lockDeclaration } from './lock/lock-declaration';
import { planDeclaration } from './plan/plan-declaration';
import { proveDeclaration } from './prove/prove-declaration';
import { whyDeclaration } from './why/why-declaration';

/** Every command, in the order of the help. */
export const commands: readonly CommandDeclaration[] = [
  planDeclaration,
  whyDeclaration,
  proveDeclaration,
  lockDeclaration,
  doctorDeclaration,
  gcDeclaration,
];
