import type { SlipwayCode } from '../../errors/catalogue';
import { contextsInQuestion, type DoctorGround } from './check';
import type { Finding } from './finding';

/** Other checks find these too, and say in which line. */
const FOUND_BY_OTHERS: ReadonlySet<SlipwayCode> = new Set([
  'CONTEXT_BASE_UNPINNED',
  'CONTEXT_BASE_LATEST',
  'CONTEXT_SECRET_SUSPECTED',
]);

/** The warnings and notices that each image's build prints. Pure. */
export function checkBuildProblems(ground: DoctorGround): readonly Finding[] {
  return contextsInQuestion(ground).flatMap(({ job, prepared }) =>
    prepared.problems
      .filter(({ code }) => !FOUND_BY_OTHERS.has(code))
      .map((problem) => ({ image: job.image, file: null, line: null, problem })),
  );
}
