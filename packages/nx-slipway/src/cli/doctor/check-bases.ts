import { repositoryOfReference } from '../../artifact/image-name';
import { describeProblem } from '../../errors/slipway-error';
import { listNeededBases, placeOf } from '../lock/list-needed-bases';
import type { DoctorGround } from './check';
import type { Finding } from './finding';

/** Base images that `slipway.lock.json` does not pin, and those whose reference names no version. Pure. */
export function checkBases({ jobs, workspaceImages, lock }: DoctorGround): readonly Finding[] {
  const names = new Set(workspaceImages.map(({ image }) => image));
  return jobs.flatMap((reading) => {
    const { image } = reading.job;
    return listNeededBases([reading], names).bases.flatMap((base): Finding[] => {
      const { reference, dockerfile: file, line } = base;
      const place = { image, file, line };
      const isPinned = Object.hasOwn(lock.bases, reference);
      return [
        ...(isPinned ? [] : [{ ...place, problem: describeProblem('CONTEXT_BASE_UNPINNED', { reference }) }]),
        ...(hasVersion(reference)
          ? []
          : [{ ...place, problem: describeProblem('CONTEXT_BASE_LATEST', { reference, place: placeOf(base) }) }]),
      ];
    });
  });
}

/** Whether a reference says more than `latest`: a tag or a digest. Pure. */
export function hasVersion(reference: string): boolean {
  const rest = reference.slice(repositoryOfReference(reference).length);
  return rest !== '' && rest !== ':latest';
}
