import { openPlanningGround } from '../../../executors/image-build/planning-ground';
import type { DoctorGround } from '../check';

/** For checks that look at no planned build. */
export const NO_CONTEXTS: Pick<DoctorGround, 'contexts' | 'history' | 'planning' | 'verify'> = {
  contexts: [],
  history: { status: 'unknown', reason: 'nobody asked' },
  planning: openPlanningGround(
    {
      workspaceRoot: '/nowhere',
      machineStore: '/nowhere',
      workspaceImages: [],
      outputsOf: () => undefined,
      listProjects: () => new Map(),
    },
    { now: () => 0 },
  ),
  verify: undefined,
};
