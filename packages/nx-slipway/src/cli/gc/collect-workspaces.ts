import { rm } from 'node:fs/promises';
import { listKnownWorkspaces } from '../../artifact/known-workspaces';
import type { GarbageGround } from './collect-images';
import type { Collector, GarbageItem } from './collector';
import { isWorkspaceGone } from './workspace-gone';

/** A workspace to forget. */
interface WorkspaceItem extends GarbageItem {
  /** Absolute path of the file that remembers it. */
  readonly file: string;
}

/** Collects what is remembered of workspaces whose folders are gone, and that were not used within the time of `--olderThan`. */
export function createWorkspaceCollector({ machineStore, unusedSinceMs }: GarbageGround): Collector<WorkspaceItem> {
  return {
    title: 'workspaces that are gone',
    async find() {
      const known = await listKnownWorkspaces(machineStore);
      const found = known.map(async ({ workspaceRoot, file, usedAtMs }) => {
        const isForgotten = usedAtMs < unusedSinceMs && (await isWorkspaceGone(workspaceRoot));
        return isForgotten ? [{ name: workspaceRoot, reason: 'the folder is gone', file }] : [];
      });
      return (await Promise.all(found)).flat();
    },
    async remove({ file }) {
      await rm(file, { force: true });
    },
  };
}
