import { createHash } from 'node:crypto';
import { join } from 'node:path';

/** Where a cluster keeps what it must remember, all below one folder (0700) of the machine store. */
export interface ClusterPaths {
  readonly folder: string;
  readonly stateFile: string;
  /** The `/etc/hosts` of a namespace's pods. */
  hostsFile(namespace: string): string;
  /** Content-hashed folders of ConfigMaps and Secrets. */
  readonly configFolder: string;
  /** What belongs to one pod and is removed with it. */
  readonly podsFolder: string;
  podFolder(podmanName: string): string;
  /** What the last deploy of an owner came to. */
  deployMemoryFile(owner: string): string;
  /** Where programs of an owner's pods leave coverage. */
  coverageFolder(owner: string): string;
}

/** The folder below which all clusters of a machine store are. */
export function clustersFolderOf(machineStore: string): string {
  return join(machineStore, 'clusters');
}

/** The paths of one cluster. Pure. */
export function clusterPathsOf(machineStore: string, cluster: string): ClusterPaths {
  const folder = join(clustersFolderOf(machineStore), cluster);
  const podsFolder = join(folder, 'pods');
  return {
    folder,
    stateFile: join(folder, 'state.json'),
    hostsFile: (namespace) => join(folder, 'hosts', namespace),
    configFolder: join(folder, 'config'),
    podsFolder,
    podFolder: (podmanName) => join(podsFolder, podmanName),
    deployMemoryFile: (owner) => join(folder, 'deploys', digestOwner(owner)),
    coverageFolder: (owner) => join(folder, 'coverage', digestOwner(owner)),
  };
}

/** An owner's name may hold slashes. */
function digestOwner(owner: string): string {
  return createHash('sha256').update(owner).digest('hex').slice(0, 32);
}
