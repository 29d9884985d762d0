import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Engine } from '../engines/image-store';
import { pinPathsOf, parsePin } from './existing/pinned-target';
import { kindContextOf, kindPathsOf } from './kind/kind-cluster-tools';
import { parseKindState } from './kind/kind-state';
import type { KubeTarget } from './kubernetes/kube-target';

/** A Kubernetes cluster that a workspace of this machine store made or was allowed to use. */
export type KnownCluster =
  | { readonly provider: 'kind'; readonly name: string; readonly engine: Engine; readonly target: KubeTarget }
  | { readonly provider: 'existing'; readonly name: string; readonly server: string; readonly target: KubeTarget };

/** Lists them from the machine store alone; asks none. What cannot be read is left out. */
export function listKnownClusters(machineStore: string): KnownCluster[] {
  const kind = (['podman', 'docker'] as const).flatMap((engine) =>
    listFolders(join(machineStore, 'kind', engine)).flatMap((name): KnownCluster[] => {
      const { stateFile, kubeconfig } = kindPathsOf(machineStore, engine, name);
      if (parseKindState(readIfThere(stateFile))?.status !== 'up' || !existsSync(kubeconfig)) return [];
      return [{ provider: 'kind', name, engine, target: { kubeconfig, kubeContext: kindContextOf(name), namespace: 'default' } }]; // prettier-ignore
    }),
  );
  const existing = listFolders(join(machineStore, 'existing')).flatMap((name): KnownCluster[] => {
    const { pinFile, kubeconfig } = pinPathsOf(machineStore, name);
    const pin = parsePin(readIfThere(pinFile));
    if (!pin || !existsSync(kubeconfig)) return [];
    const { kubeContext, namespace, server } = pin;
    return [{ provider: 'existing', name, server, target: { kubeconfig, kubeContext, namespace } }];
  });
  return [...kind, ...existing];
}

function listFolders(folder: string): string[] {
  return existsSync(folder) ? readdirSync(folder).toSorted() : [];
}

function readIfThere(file: string): string {
  return existsSync(file) ? readFileSync(file, 'utf8') : '';
}
