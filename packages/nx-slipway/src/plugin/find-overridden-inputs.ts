import { describeProblem, type Problem } from '../errors/slipway-error';

/** The environment variable that decides at run time which engine is used, so it is an input of every target. */
export const ENGINE_OVERRIDE = 'NX_SLIPWAY_ENGINE';

/** The one that decides which cluster is used, an input of every target whose result depends on one. */
export const CLUSTER_OVERRIDE = 'NX_SLIPWAY_CLUSTER';

/**
 * Notices that a target's `inputs` are not those that this plugin inferred: the project's configuration or `targetDefaults`
 * replaced them, and Nx may give an old result for changed files. Our inputs are told by the environment variable that
 * every one of our targets has; where ours were kept with `"..."`, there is nothing to say. Pure.
 * @param name `project:target`
 */
export function findOverriddenInputs(target: { readonly inputs?: unknown }, name: string): Problem | undefined {
  const inputs = Array.isArray(target.inputs) ? target.inputs : [];
  const isOurs = inputs.some((input) => isEnvironmentInput(input, ENGINE_OVERRIDE));
  return isOurs ? undefined : describeProblem('CONFIG_INPUTS_OVERRIDDEN', { target: name });
}

function isEnvironmentInput(input: unknown, variable: string): boolean {
  return typeof input === 'object' && input !== null && 'env' in input && input.env === variable;
}
