import type { ImageStore } from '../../engines/image-store';
import type { Tools } from '../../exec/tools';

/** What every transport works with. */
export interface TransportTools {
  /** The engine that has the images. */
  readonly source: ImageStore;
  /** Absolute path. */
  readonly machineStore: string;
  readonly tools: Tools;
}
