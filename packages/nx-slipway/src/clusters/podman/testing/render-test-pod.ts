import { createConfigSource } from '../config-source';
import { listDesiredClaims, listDesiredPods } from '../desired-pods';
import { renderPod } from '../render-pod';
import type { RenderedPod } from '../rendered-pod';
import { readManifests } from './read-manifests';

/** Renders the first pod that a YAML text asks for, in the cluster `c1` at 10.89.0.10; `localhost/web:i-1` is `sha256:aa`. */
export function renderTestPod(yaml: string): RenderedPod {
  const objects = readManifests(yaml);
  const pods = listDesiredPods(objects);
  const [pod] = pods;
  if (!pod) throw new Error('the text asks for no pod');
  return renderPod({
    cluster: 'c1',
    pod,
    address: '10.89.0.10',
    publishedPorts: [],
    configs: createConfigSource([objects]),
    claims: new Set(listDesiredClaims(objects, pods).map(({ namespace, name }) => `${namespace}/${name}`)),
    imageIds: new Map([['localhost/web:i-1', 'sha256:aa']]),
  });
}
