import type { SlipwayLock } from '../../build-context/slipway-lock';
import type { PlanningGround } from '../../executors/image-build/planning-ground';
import type { WorkspaceImage } from '../../plugin/list-workspace-images';
import type { JobReading } from '../workspace/read-jobs';
import type { ChangeHistory } from './contexts/change-history';
import type { PlannedContext } from './contexts/plan-contexts';
import type { Finding } from './finding';
import type { ScriptFile } from './scripts/script-file';
import type { VerifyBuilds } from './verify/verify-builds';

/** All that a check may look at. */
export interface DoctorGround {
  /** Absolute. */
  readonly workspaceRoot: string;
  /** The images that `doctor` was asked about. */
  readonly jobs: readonly JobReading[];
  /** All images of the workspace. */
  readonly workspaceImages: readonly WorkspaceImage[];
  readonly lock: SlipwayLock;
  /** The scripts of the repository; empty where `doctor` was asked about single images. */
  readonly scripts: readonly ScriptFile[];
  /** The text of a file of the workspace, `undefined` where it is missing. */
  readonly readText: (workspaceRelativePath: string) => string | undefined;
  /** All images of the workspace that can be planned: a line of an ignore file concerns each whose build context it filters. */
  readonly contexts: readonly PlannedContext[];
  readonly history: ChangeHistory;
  readonly planning: PlanningGround;
  /** Builds both ways and compares the images; `undefined` without `--verify`. */
  readonly verify: VerifyBuilds | undefined;
}

/** Finds one kind of thing. Throws nothing that it foresees: what is wrong is a finding. */
export type Check = (ground: DoctorGround) => readonly Finding[] | Promise<readonly Finding[]>;

/** The planned builds that `doctor` was asked about. */
export function contextsInQuestion({ jobs, contexts }: DoctorGround): readonly PlannedContext[] {
  return contexts.filter((context) => jobs.some(({ job }) => job.image === context.job.image));
}
