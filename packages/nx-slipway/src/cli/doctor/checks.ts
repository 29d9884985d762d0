import type { Check } from './check';
import { checkBases } from './check-bases';
import { checkStamps } from './check-stamps';
import { checkScripts } from './scripts/check-scripts';

/** What `doctor` looks for. Checks that plan a build first are added here. */
export const CHECKS: readonly Check[] = [checkBases, checkStamps, checkScripts];
