import type { Problem } from '../../errors/slipway-error';
import type { Fix } from './fixes/fix';

/** Something that `doctor` found. */
export interface Finding {
  /** Name of the image that it is about; `null` for the workspace as a whole. */
  readonly image: string | null;
  /** Workspace-relative; `null` where no file is the place. */
  readonly file: string | null;
  /** From 1; `null` where it is not known. */
  readonly line: number | null;
  readonly problem: Problem;
  /** What `--fix` writes; absent where only a person can decide. */
  readonly fix?: Fix;
}
