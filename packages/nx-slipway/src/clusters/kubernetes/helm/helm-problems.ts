import { SlipwayError } from '../../../errors/slipway-error';
import type { RunResult } from '../../../exec/process-runner';
import { renderExit } from '../../../exec/render-exit';

/** What a release that helm could not install or remove failed by. Pure. @param action `installed` or `removed` */
export function explainHelmFailure(
  { stderr, status, exitCode }: Pick<RunResult, 'stderr' | 'status' | 'exitCode'>,
  { release, namespace, action }: { readonly release: string; readonly namespace: string; readonly action: string },
): SlipwayError {
  const details = { toolOutput: stderr };
  if (/another operation \(install\/upgrade\/rollback\) is in progress/.test(stderr)) {
    return new SlipwayError('CLUSTER_HELM_PENDING', { release, namespace }, details);
  }
  const outcome = renderExit({ status, exitCode });
  return new SlipwayError('CLUSTER_HELM_FAILED', { release, namespace, action, outcome }, details);
}
