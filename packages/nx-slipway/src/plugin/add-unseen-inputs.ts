import type { TargetConfiguration } from '@nx/devkit';
import { OWN_OUTPUTS } from '../artifact/record-files';
import { digestUnseen } from '../build-context/digest-unseen';
import type { PlannedRead } from '../build-context/select-entries';
import { isSlipwayError } from '../errors/slipway-error';
import type { ContextFiles } from './context-files';
import type { InferredProject } from './infer-projects';

/** What an image is built from, for looking at what Nx does not hash of it. */
export interface UnseenPlace {
  /** Workspace-relative; `''` is the root of the workspace. */
  readonly contextRoot: string;
  /** Workspace-relative; `null` for an additional build context. */
  readonly dockerfile: string | null;
  readonly reads: readonly PlannedRead[];
}

/**
 * A project whose images have, besides their inputs, a digest of what Nx does not hash of their build contexts. Looked at anew each time that
 * Nx makes its graph. Its daemon does so when the content of some file changed: a mode alone that changes goes unseen until then, and a deploy
 * refuses the image (ARTIFACT_INPUTS_MISSED). A build context that cannot be read gives none, and its build says why.
 */
export function addUnseenInputs(project: InferredProject, contexts: ContextFiles): InferredProject {
  const digests = Object.entries(project.unseenIn).flatMap(([target, places]) => {
    const found = places.flatMap((place) => readDigest(place, contexts) ?? []);
    return found.length === 0 ? [] : [[target, found.join('-')] as const];
  });
  if (digests.length === 0) return project;
  const targets = digests.map(([name, digest]) => [name, withDigest(project.targets[name] ?? {}, digest)] as const);
  return { ...project, targets: { ...project.targets, ...Object.fromEntries(targets) } };
}

/** `echo` works in every shell and cannot fail, which Nx would not notice; of any other kind of input Nx hashes no part of its text. */
function withDigest(target: TargetConfiguration, digest: string): TargetConfiguration {
  return { ...target, inputs: [...(target.inputs ?? []), { runtime: `echo ${digest}` }] };
}

function readDigest({ contextRoot, dockerfile, reads }: UnseenPlace, contexts: ContextFiles): string | undefined {
  try {
    return digestUnseen(contexts.openTree({ contextRoot, dockerfile, ownOutputs: OWN_OUTPUTS }), reads);
  } catch (error) {
    if (isSlipwayError(error)) return undefined;
    throw error;
  }
}
