import { join } from 'node:path';
import { SlipwayError } from '../../errors/slipway-error';
import type { Tools } from '../../exec/tools';

/**
 * What kustomize makes of a folder: YAML documents. kubectl 1.34 holds kustomize 5.7.
 * @param folder workspace-relative
 * @throws {SlipwayError} DEPLOY_KUSTOMIZE_NOT_FOUND, DEPLOY_KUSTOMIZE_FAILED
 */
export async function renderKustomization(
  folder: string,
  workspaceRoot: string,
  { runner, signal }: Pick<Tools, 'runner' | 'signal'>,
): Promise<string> {
  const env = { KUBERC: 'off' }; // A user's preferences for kubectl would change what is rendered.
  const result = await runner.run('kubectl', ['kustomize', join(workspaceRoot, folder)], { env, signal });
  signal.throwIfAborted();
  if (result.status === 'ok') return result.stdout;
  if (result.status === 'not-found') throw new SlipwayError('DEPLOY_KUSTOMIZE_NOT_FOUND', { folder });
  throw new SlipwayError('DEPLOY_KUSTOMIZE_FAILED', { folder }, { toolOutput: result.output });
}
