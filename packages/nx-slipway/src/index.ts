/** Nx's plugin: what it looks for when `nx-slipway` stands in `plugins` of nx.json. */
export { createNodes, createNodesV2 } from './plugin/create-nodes';

/** The name under which Nx shows the plugin. */
export const name = 'nx-slipway';
