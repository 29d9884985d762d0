import { renderProblem } from '../../errors/render-problem';
import { describeProblem, isSlipwayError } from '../../errors/slipway-error';
import type { Tools } from '../../exec/tools';
import type { Transport } from './transport';

/**
 * A registry's transport that brings images straight to the nodes, under the same references, when the registry does not take them: with a
 * coded warning, since the next cluster would not find them there.
 */
export function fallBackToNodes(registry: Transport, nodes: Transport, { log }: Pick<Tools, 'log'>): Transport {
  return {
    kind: registry.kind,
    referenceOf: (image) => registry.referenceOf(image),
    async loadImages(records) {
      try {
        return await registry.loadImages(records);
      } catch (error) {
        if (!isSlipwayError(error) || error.code !== 'CLUSTER_PUSH_FAILED') throw error;
        const facts = { reason: error.message.replace(/\.$/, '') };
        log.line(renderProblem(describeProblem('CLUSTER_REGISTRY_BYPASSED', facts)));
        return nodes.loadImages(records);
      }
    },
  };
}
