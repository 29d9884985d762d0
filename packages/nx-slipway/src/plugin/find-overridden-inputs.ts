import { describeProblem, type Problem } from '../errors/slipway-error';

/** Environment variables that decide at run time which engine and cluster are used, so they are inputs of every target. */
export const OVERRIDING_VARIABLES = ['NX_SLIPWAY_ENGINE', 'NX_SLIPWAY_CLUSTER'] as const;

/**
 * Notices that a target's `inputs` are not those that this plugin inferred: the project's configuration or `targetDefaults`
 * replaced them, and Nx may give an old result for changed files. Our inputs are told by the environment variables that
 * every one of our targets has; where ours were kept with `"..."`, there is nothing to say. Pure.
 * @param name `project:target`
 */
export function findOverriddenInputs(target: { readonly inputs?: unknown }, name: string): Problem | undefined {
  const inputs = Array.isArray(target.inputs) ? target.inputs : [];
  const isOurs = OVERRIDING_VARIABLES.every((variable) => inputs.some((input) => isEnvironmentInput(input, variable)));
  return isOurs ? undefined : describeProblem('CONFIG_INPUTS_OVERRIDDEN', { target: name });
}

function isEnvironmentInput(input: unknown, variable: string): boolean {
  return typeof input === 'object' && input !== null && 'env' in input && input.env === variable;
}
