import * as z from 'zod';
import { SlipwayError } from '../errors/slipway-error';
import type { ClusterProvider } from './cluster';
import { TIME_TO_LIVE_PATTERN } from './kubernetes/namespaces/namespace-marks';

/** Cluster providers of this version. */
export const CLUSTER_PROVIDERS = ['podman', 'kind', 'existing'] as const satisfies readonly ClusterProvider[];

/** How bytes can reach a Kubernetes cluster. */
export const TRANSPORTS = ['layers', 'archive', 'registry'] as const;

/** Default of `timeToLive`. */
export const DEFAULT_TIME_TO_LIVE = '7d';

/** The environment variable that overrides the option `cluster.provider`. */
export const CLUSTER_VARIABLE = 'NX_SLIPWAY_CLUSTER';

/** A cluster's name ends up in names of containers, networks and volumes. */
const clusterName = z
  .string()
  .regex(/^[a-z0-9]([a-z0-9-]{0,38}[a-z0-9])?$/, 'must be at most 40 characters of a-z, 0-9 and "-", not at its ends');

const workspacePath = z.string().regex(/^(?!\/)(?!.*(^|\/)\.\.(\/|$)).+$/, 'must be a path below the workspace');

/**
 * What the options say about a cluster, but for its provider. Options of one provider are valid beside another: NX_SLIPWAY_CLUSTER may
 * choose the one that they are of.
 */
export const clusterChoiceShape = {
  name: clusterName.optional(),
  kind: z
    .strictObject({
      config: workspacePath.optional(),
      nodeImage: z.string().min(1).optional(),
      recreate: z.boolean().optional(),
    })
    .optional(),
  kubeContext: z.string().min(1).optional(),
  allowedKubeContexts: z
    .array(z.string().regex(/[^*]/, 'must name kube contexts; "*" alone would allow all'))
    .optional(),
  namespace: z.string().min(1).optional(),
  timeToLive: z
    .string()
    .regex(TIME_TO_LIVE_PATTERN, 'must be a number of hours or days, e.g. "12h" or "7d"')
    .optional(),
  transport: z.enum(TRANSPORTS).optional(),
  registry: z
    .strictObject({
      repository: z
        .string()
        .regex(
          /^[a-z0-9]([a-z0-9.-]*[a-z0-9])?(:\d+)?(\/[a-z0-9]+([._-]+[a-z0-9]+)*)*$/,
          'must be a registry and a path without a tag, e.g. "ghcr.io/acme/dev"',
        ),
      endpoint: z
        .string()
        .regex(/^https?:\/\/[^/\s]+$/, 'must be a URL without a path, e.g. "http://kind-registry:5000"')
        .optional(),
    })
    .optional(),
};

const clusterChoice = z.strictObject({ provider: z.string().optional(), ...clusterChoiceShape });

/** What the option `cluster` of a target says. */
export type ClusterChoice = z.infer<typeof clusterChoice>;

/** The option `cluster` of an executor. Its provider is any text: what is wrong with it is told together with where it came from. */
export const clusterChoiceSchema = clusterChoice;

/** A choice with its provider. */
export type ResolvedChoice = Omit<ClusterChoice, 'provider'> & { readonly provider: ClusterProvider };

/**
 * What counts for a task: `NX_SLIPWAY_CLUSTER` overrides the provider; a transport that the other provider cannot have is then left to
 * choose itself. Pure.
 * @throws {SlipwayError} CONFIG_CLUSTER_UNSUPPORTED, CONFIG_CLUSTER_OPTION_INAPPLICABLE
 */
export function resolveClusterChoice(
  choice: ClusterChoice = {},
  env: Readonly<Record<string, string | undefined>>,
): ResolvedChoice {
  const fromEnvironment = env[CLUSTER_VARIABLE];
  const provider = fromEnvironment || choice.provider || 'podman';
  if (!isProvider(provider)) {
    const origin = fromEnvironment ? CLUSTER_VARIABLE : 'the plugin options';
    throw new SlipwayError('CONFIG_CLUSTER_UNSUPPORTED', { provider, origin, supported: CLUSTER_PROVIDERS.join(', ') });
  }
  const isSwitched = provider !== (choice.provider ?? 'podman');
  const { transport, registry } = choice;
  if (transport === 'registry' && registry === undefined) {
    throw inapplicable('transport: registry', 'it needs "registry": the repository that images are pushed to');
  }
  if (provider !== 'existing' || transport === undefined || transport === 'registry') return { ...choice, provider };
  if (!isSwitched) {
    throw inapplicable(
      `transport: ${transport}`,
      'there is no way into the nodes of an existing cluster: use "registry"',
    );
  }
  return { ...choice, provider, transport: undefined };
}

function isProvider(name: string): name is ClusterProvider {
  return (CLUSTER_PROVIDERS as readonly string[]).includes(name);
}

function inapplicable(option: string, reason: string): SlipwayError {
  return new SlipwayError('CONFIG_CLUSTER_OPTION_INAPPLICABLE', { option, reason });
}
