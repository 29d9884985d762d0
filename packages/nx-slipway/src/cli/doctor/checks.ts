import type { Check } from './check';
import { checkBases } from './check-bases';
import { checkBuildProblems } from './check-build-problems';
import { checkNarrow } from './check-narrow';
import { checkSecrets } from './check-secrets';
import { checkStamps } from './check-stamps';
import { checkIgnoreLines } from './ignore-lines/check-ignore-lines';
import { checkScripts } from './scripts/check-scripts';

/** What `doctor` looks for. */
export const CHECKS: readonly Check[] = [
  checkBases,
  checkStamps,
  checkSecrets,
  checkBuildProblems,
  checkNarrow,
  checkIgnoreLines,
  checkScripts,
];
