import { SlipwayError } from '../../../errors/slipway-error';
import type { KubeTarget } from '../kube-target';
import type { DesiredObject } from './mark-objects';
import { describeRef, kubectlNameOf } from './object-ref';

/** How the API server says that a field cannot be changed (Kubernetes 1.34, validation of each kind). */
const IMMUTABLE =
  /field is immutable|is immutable|updates to statefulset spec for fields other than|cannot change roleRef|may not change once set/;

/** A kubectl that does not reach the server, or a server that is not whole yet (client-go 0.34); what is sent again then does no harm. */
const AWAY =
  /connection refused|was refused - did you specify the right host|i\/o timeout|TLS handshake timeout|connection reset by peer|no route to host|unexpected EOF|http2: (?:client|server) connection|etcdserver: (?:request timed out|leader changed)|currently unable to handle the request|ServiceUnavailable|failed to download openapi: unknown/i;

/** Whether kubectl failed since the server did not answer. Pure. */
export function isServerAway(output: string): boolean {
  return AWAY.test(output);
}

/** What kubectl says of a server that does not answer: the first line with it. Pure. */
export function describeAbsence(output: string): string {
  return (
    output
      .split('\n')
      .find((line) => AWAY.test(line))
      ?.trim() ?? ''
  );
}

/**
 * Says why the server refused one object, from what kubectl printed for it; `undefined` where that is not known. Pure.
 * @returns CLUSTER_FIELD_CONFLICT, CLUSTER_FIELD_IMMUTABLE, CLUSTER_NAMESPACE_MISSING, CLUSTER_FORBIDDEN, CLUSTER_OBJECT_INVALID
 */
export function explainRejection(
  output: string,
  { object, ref, source }: DesiredObject,
  { kubeconfig, kubeContext }: Pick<KubeTarget, 'kubeconfig' | 'kubeContext'>,
): SlipwayError | undefined {
  const place = { source, object: describeRef(ref) };
  const details = { toolOutput: output };
  const conflicts = readConflicts(output);
  if (conflicts.length > 0) {
    const lines = conflicts.map(({ manager, path }) => `\n  ${path} is set by ${manager}`).join('');
    return new SlipwayError('CLUSTER_FIELD_CONFLICT', { ...place, conflicts: lines }, details);
  }
  const namespace = /namespaces "([^"]+)" not found/.exec(output)?.[1];
  if (namespace !== undefined) return new SlipwayError('CLUSTER_NAMESPACE_MISSING', { ...place, namespace }, details);
  const { path, reason } = readReason(output);
  if (IMMUTABLE.test(output)) {
    const namespaceFlag = ref.namespace === '' ? '' : ` --namespace ${ref.namespace}`;
    const command = { kubeconfig, kubeContext, resource: kubectlNameOf(ref), namespaceFlag };
    return new SlipwayError('CLUSTER_FIELD_IMMUTABLE', { ...place, path, reason, ...command }, details);
  }
  if (/\(Forbidden\).* cannot /.test(output)) {
    return new SlipwayError('CLUSTER_FORBIDDEN', { ...place, reason, kubeconfig, kubeContext }, details);
  }
  if (!/^(?:error|Error from server|The )/m.test(output)) return undefined;
  const { kind, metadata } = object;
  return new SlipwayError('CLUSTER_OBJECT_INVALID', { source, kind, name: metadata.name, path, reason }, details);
}

/** A field that another manager has. */
interface FieldConflict {
  readonly manager: string;
  readonly path: string;
}

/**
 * The conflicts that kubectl prints (apimachinery 0.34, `fieldmanager/conflict.go`): one as `conflict with "kubectl" using v1: .data.a`,
 * several of one manager as `conflicts with "kubectl" using v1:` and a line `- .data.a` for each.
 */
function readConflicts(output: string): FieldConflict[] {
  const conflicts: FieldConflict[] = [];
  let manager = '';
  for (const line of output.split('\n')) {
    const head =
      /conflicts? with "([^"]+)"(?: with subresource "[^"]+")?(?: using \S+?)?(?: at [^:]+(?::\d\d)*Z?)?:(?: (\.\S+))?$/.exec(
        line,
      );
    const item = /^- (\..+)$/.exec(line);
    if (head?.[1] !== undefined) manager = `"${head[1]}"`;
    const path = head?.[2] ?? item?.[1];
    if (path !== undefined && manager !== '') conflicts.push({ manager, path });
  }
  return conflicts;
}

/** Ways in which the server names the field that it does not like, the most telling first. */
const REASONS: readonly RegExp[] = [
  // The Deployment "web" is invalid: spec.replicas: Invalid value: -1: must be greater than or equal to 0
  / is invalid: (?<path>[\w.[\]"/()*-]+): (?<reason>.+)/,
  // * spec.template.spec.containers[0].image: Required value
  /^\* (?<path>[\w.[\]"/()*-]+): (?<reason>.+)/m,
  // strict decoding error: unknown field "spec.replicaz"
  /strict decoding error: (?<reason>(?:unknown|duplicate) field "(?<path>[^"]+)".*)/,
  // failed to create typed patch object (…): .spec.replicaz: field not declared in schema
  /typed (?:patch|live) object \([^)]*\): (?:errors:\n\s*)?(?<path>\.[^:\n]+): (?<reason>.+)/,
  // json: cannot unmarshal string into Go struct field DeploymentSpec.spec.replicas of type int32
  /(?<reason>(?:json: )?cannot unmarshal .* (?:Go struct field|field) (?<path>\S+) of type \S+)/,
  // "port" for spec.ports … unknown object type
  /Error from server(?: \([^)]*\))?: (?:error when [^:]+: )?(?<reason>.+)/,
  /^error: (?<reason>.+)/m,
];

function readReason(output: string): { readonly path: string; readonly reason: string } {
  for (const pattern of REASONS) {
    const groups = pattern.exec(output)?.groups;
    if (groups)
      return { path: groups['path'] ?? 'a field that it does not name', reason: shortened(groups['reason'] ?? '') };
  }
  return { path: 'a field that it does not name', reason: shortened(output.trim()) };
}

/** Whole values are left out: they are long, and may be those of a Secret. */
function shortened(text: string): string {
  return text
    .trim()
    .replace(/Invalid value: [[{].*[\]}]: /, '')
    .replace(/\.$/, '');
}
