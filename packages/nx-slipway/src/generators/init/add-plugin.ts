import type { NxJsonConfiguration } from '@nx/devkit';

/** How this plugin is named in nx.json. */
const PLUGIN = 'nx-slipway';

/** Tasks that Nx runs at the same time. Its own default of 3 would let waiting deploys keep builds from starting. */
export const PARALLEL_TASKS = 8;

/** `nx.json` with the plugin, and with `parallel` if it was not set; the same content if both were there. Pure. */
export function addPlugin(nxJson: NxJsonConfiguration): NxJsonConfiguration {
  const plugins = nxJson.plugins ?? [];
  const isThere = plugins.some((entry) => (typeof entry === 'string' ? entry : entry.plugin) === PLUGIN);
  return {
    ...nxJson,
    parallel: nxJson.parallel ?? PARALLEL_TASKS,
    plugins: isThere ? plugins : [...plugins, { plugin: PLUGIN, options: {} }],
  };
}
