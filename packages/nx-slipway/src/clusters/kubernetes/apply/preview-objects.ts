import type { DeployRequest } from '../../cluster';
import { createRedactor } from '../../redact';
import { redactError } from '../../redact-error';
import { kubectlFailed } from '../kubectl';
import type { KubernetesTools } from '../kubernetes-tools';
import { planObjects } from './apply-objects';
import { explainRejection } from './apply-problems';
import { sortObsolete } from './finish-deploy';
import { listSecretValues } from '../secrets/list-secret-values';
import { describeRef, refKey } from './object-ref';
import { annotations, inventoryNameOf } from './ownership';
import type { ObjectPlan } from './plan-apply';
import { readLiveObjects } from './read-live-objects';
import { FIELD_MANAGER, renderDocuments } from './send-objects';

/**
 * What a deploy would change, as lines: the diff that the server makes of each object (values of Secrets are masked by kubectl), what
 * would be replaced, what would be removed, and which releases would be looked at. Changes nothing. Empty: nothing would change.
 * @throws {SlipwayError} CLUSTER_KIND_UNKNOWN, CLUSTER_OBJECT_OWNED, and what the server says against an object
 */
export async function previewObjects(request: DeployRequest, edge: KubernetesTools): Promise<readonly string[]> {
  const { plans, before } = await planObjects(request, edge);
  const toSend = plans.filter(({ action }) => action === 'apply');
  const redact = createRedactor(listSecretValues(request.objects.map(({ object }) => object)));
  const diff = await diffObjects(toSend, request.forceConflicts ?? false, edge).then(redact, (error: unknown) => {
    throw redactError(error, redact);
  });
  const wanted = new Set(plans.map(({ desired }) => refKey(desired.ref)));
  const obsolete = before.objects.filter((entry) => entry.release === undefined && !wanted.has(refKey(entry)));
  const home = `${edge.target.namespace}/${inventoryNameOf(request.owner)}`;
  const { owner, pruneKinds = [] } = request;
  const { unwanted } = sortObsolete(obsolete, await readLiveObjects(obsolete, edge), { owner, home, pruneKinds });
  const replaced = plans.filter(({ action }) => action === 'replace');
  return [
    ...withoutNoise(diff.split('\n')),
    ...replaced.map(({ desired }) => `${describeRef(desired.ref)} would be replaced`),
    ...unwanted.map((ref) => `${describeRef(ref)} would be removed`),
    ...describeReleases(request, before.releases),
  ];
}

async function diffObjects(
  plans: readonly ObjectPlan[],
  forceConflicts: boolean,
  edge: KubernetesTools,
): Promise<string> {
  if (plans.length === 0) return '';
  const force = forceConflicts ? ['--force-conflicts'] : [];
  const args = ['diff', '--server-side', `--field-manager=${FIELD_MANAGER}`, ...force, '--filename', '-'];
  const input = renderDocuments(plans.map(({ desired }) => desired.object));
  const result = await edge.kubectl.attempt(args, { input, namespaceFlag: false });
  // Exit code 1 is a difference (kubectl 1.34, `kubectl diff --help`).
  if (result.status === 'ok' || (result.exitCode === 1 && result.stdout !== '')) return result.stdout;
  for (const { desired } of plans) {
    const alone = await edge.kubectl.attempt(args, { input: renderDocuments([desired.object]), namespaceFlag: false });
    if (alone.status === 'ok' || (alone.exitCode === 1 && alone.stdout !== '')) continue;
    throw explainRejection(alone.stderr, desired, edge.target) ?? kubectlFailed(alone);
  }
  throw kubectlFailed(result);
}

/** The digest of a manifest stands for lines that are in the diff themselves; kubectl's temporary files say nothing. */
function withoutNoise(lines: readonly string[]): string[] {
  return lines.filter(
    (line) =>
      line !== '' && !line.includes(annotations.appliedDigest) && !/^(?:\+\+\+|---) \S*\/(?:LIVE|MERGED)-/.test(line),
  );
}

function describeReleases(
  { releases = [] }: DeployRequest,
  before: readonly { readonly name: string; readonly digest: string }[],
): string[] {
  const known = new Map(before.map(({ name, digest }) => [name, digest]));
  const changed = releases.filter(({ name, digest }) => known.get(name) !== digest);
  const lost = before.filter(({ name }) => !releases.some((release) => release.name === name));
  return [
    ...changed.map(({ name }) => `helm release ${name} would be ${known.has(name) ? 'upgraded' : 'installed'}`),
    ...lost.map(({ name }) => `helm release ${name} would be uninstalled`),
  ];
}
