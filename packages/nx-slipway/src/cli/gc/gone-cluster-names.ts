import { listKnownWorkspaces } from '../../artifact/known-workspaces';
import { clusterNameOfPath } from '../../executors/cluster-options';
import { isWorkspaceGone } from './workspace-gone';

/**
 * The names of the clusters that workspaces of a machine store have made for themselves and that are gone, each with the workspace's absolute path.
 * A cluster whose name somebody chose may be of several workspaces, and is not among them.
 */
export async function readGoneClusterNames(machineStore: string): Promise<ReadonlyMap<string, string>> {
  const known = await listKnownWorkspaces(machineStore);
  const gone = known.map(async ({ workspaceRoot }): Promise<[string, string][]> =>
    (await isWorkspaceGone(workspaceRoot)) ? [[clusterNameOfPath(workspaceRoot), workspaceRoot]] : [],
  );
  return new Map((await Promise.all(gone)).flat());
}
