import type { HelmRelease, SourcedObject } from '../../clusters/cluster';
import { SlipwayError } from '../../errors/slipway-error';
import type { Tools } from '../../exec/tools';
import { parseManifest } from '../parse-manifests';

/**
 * The objects that a release would have, hooks included, by `helm template`: nothing is asked of a cluster.
 * @throws {SlipwayError} DEPLOY_HELM_NOT_FOUND, DEPLOY_HELM_TEMPLATE_FAILED
 */
export async function renderRelease(
  release: HelmRelease,
  { runner, signal }: Pick<Tools, 'runner' | 'signal'>,
): Promise<SourcedObject[]> {
  const result = await runner.run('helm', buildTemplateArgs(release), { signal });
  signal.throwIfAborted();
  const { name, chart } = release;
  if (result.status === 'not-found') throw new SlipwayError('DEPLOY_HELM_NOT_FOUND', { release: name });
  if (result.status !== 'ok') {
    throw new SlipwayError('DEPLOY_HELM_TEMPLATE_FAILED', { release: name, chart }, { toolOutput: result.stderr });
  }
  return parseManifest(result.stdout, `helm release ${name}`);
}

/** Arguments of `helm template`. Pure. */
export function buildTemplateArgs(release: HelmRelease): string[] {
  const { name, chart, namespace, version, valuesFiles, values } = release;
  return [
    ...['template', name, chart],
    ...(namespace === undefined ? [] : ['--namespace', namespace]),
    ...(version === undefined ? [] : ['--version', version]),
    ...valuesFiles.flatMap((file) => ['--values', file]),
    ...Object.entries(values).flatMap(([path, value]) => ['--set-string', `${path}=${value}`]),
  ];
}
