import type { CommandDeclaration } from './command';
import { doctorDeclaration } from './doctor/doctor-declaration';
import { lockDeclaration } from './lock/lock-declaration';

/** Every command, in the order of the help. */
export const commands: readonly CommandDeclaration[] = [lockDeclaration, doctorDeclaration];
