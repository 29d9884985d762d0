import { parse, stringify } from 'yaml';
import { SlipwayError } from '../../errors/slipway-error';
import type { MachineNeeds } from './machine-needs';

/** A kind config as far as it is looked at (kind.x-k8s.io/v1alpha4). */
interface KindConfig {
  readonly kubeadmConfigPatches?: readonly string[];
  readonly containerdConfigPatches?: readonly string[];
  readonly [field: string]: unknown;
}

/** The user's kind config, and how messages name it. */
export interface UserKindConfig {
  /** Workspace-relative path. */
  readonly file: string;
  readonly text: string;
}

/** What a cluster is made by. */
export interface KindConfigParts {
  /** Not given: one node with kind's defaults. */
  readonly userConfig?: UserKindConfig | undefined;
  readonly needs: MachineNeeds;
  /** Patches of containerd's config, e.g. for a registry. */
  readonly containerdConfigPatches?: readonly string[];
}

/**
 * The config that kind is given: the user's, after what this machine needs, so that the user's patches win where both say something. Pure.
 * @throws {SlipwayError} CONFIG_KIND_CONFIG_INVALID
 */
export function renderKindConfig({ userConfig, needs, containerdConfigPatches = [] }: KindConfigParts): string {
  const config = parseKindConfig(userConfig);
  const patches = [...renderKubeletPatches(needs), ...(config.kubeadmConfigPatches ?? [])];
  const containerd = [...containerdConfigPatches, ...(config.containerdConfigPatches ?? [])];
  return stringify({
    ...config,
    ...(patches.length === 0 ? {} : { kubeadmConfigPatches: patches }),
    ...(containerd.length === 0 ? {} : { containerdConfigPatches: containerd }),
  });
}

const API_VERSION = 'kind.x-k8s.io/v1alpha4';

function parseKindConfig(user: UserKindConfig | undefined): KindConfig {
  if (user === undefined) return { kind: 'Cluster', apiVersion: API_VERSION };
  const config = parseYaml(user);
  if (typeof config !== 'object' || config === null) throw invalid(user, 'it is not a YAML mapping');
  const { kind, apiVersion, kubeadmConfigPatches, containerdConfigPatches } = config as KindConfig;
  if (kind !== 'Cluster' || apiVersion !== API_VERSION) {
    throw invalid(user, `it must say "kind: Cluster" and "apiVersion: ${API_VERSION}"`);
  }
  for (const [name, patches] of Object.entries({ kubeadmConfigPatches, containerdConfigPatches })) {
    if (patches !== undefined && !(Array.isArray(patches) && patches.every((patch) => typeof patch === 'string'))) {
      throw invalid(user, `${name} must be a list of texts`);
    }
  }
  return config as KindConfig;
}

function parseYaml(user: UserKindConfig): unknown {
  try {
    return parse(user.text);
  } catch (error) {
    throw invalid(user, `it is not YAML: ${(error as Error).message.split('\n')[0]}`);
  }
}

function invalid({ file }: UserKindConfig, reason: string): SlipwayError {
  return new SlipwayError('CONFIG_KIND_CONFIG_INVALID', { file, reason });
}

function renderKubeletPatches({ cgroupV1, noSysResource }: MachineNeeds): string[] {
  if (!cgroupV1 && !noSysResource) return [];
  return [
    stringify({
      kind: 'KubeletConfiguration',
      ...(cgroupV1 ? { failCgroupV1: false } : {}),
      ...(noSysResource ? { featureGates: { KubeletInUserNamespace: true } } : {}),
    }),
  ];
}
