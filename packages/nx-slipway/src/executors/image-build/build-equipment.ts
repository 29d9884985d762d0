import type { BuiltHere } from '../../artifact/built-here';
import type { ImageBuilder } from '../../engines/image-builder';
import type { ImageStore } from '../../engines/image-store';
import type { Tools } from '../../exec/tools';
import type { Admission } from '../../scheduling/admission/admission';

/** What a build needs of the machine. */
export interface BuildEquipment {
  readonly store: ImageStore;
  readonly builder: ImageBuilder;
  readonly builtHere: BuiltHere;
  readonly admission: Admission;
  /** Absolute path of the machine store. */
  readonly machineStore: string;
  /** When this run of Nx began, in milliseconds since the epoch; `undefined` where that cannot be known. */
  readonly runBeganAt: () => number | undefined;
  readonly tools: Tools;
}
