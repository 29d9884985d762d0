import type { SlipwayLock } from '../../build-context/slipway-lock';
import type { WorkspaceImage } from '../../plugin/list-workspace-images';
import type { JobReading } from '../workspace/read-jobs';
import type { Finding } from './finding';
import type { ScriptFile } from './scripts/script-file';

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
}

/** Finds one kind of thing. Throws nothing that it foresees: what is wrong is a finding. */
export type Check = (ground: DoctorGround) => readonly Finding[] | Promise<readonly Finding[]>;
