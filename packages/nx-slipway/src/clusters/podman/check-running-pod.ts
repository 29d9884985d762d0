import { applyRedirects } from './apply-redirects';
import type { ClusterTools } from './cluster-tools';
import type { ListedPod } from './container-list';
import { isContainerAlive } from './process-alive';
import type { CheckedContainer, CheckedPod, RenderedProbe } from './rendered-pod';
import type { PublishedPort, Redirect } from './resolve-services';
import { probeTcp, runProbe, type ProbeResult } from './run-probe';

/** Why a pod is not healthy: `gone` mends itself only by a new pod, `silent` may be a pod that is still starting. */
export interface PodFault {
  readonly kind: 'gone' | 'silent';
  readonly reason: string;
}

/** A healthy pod answers at once; one that is busy gets a second try. */
const CHECK_TIMEOUT_MS = 2_000;

/**
 * Whether a pod that podman calls running really is: its processes exist, its probes succeed, and a port of it that accepts
 * connections accepts them through its NodePort too. A port that no probe asks for may be closed, as when the pod was declared ready.
 * Costs no call to podman, except for an exec probe: a container that declares TCP ports is asked there first, and its probe is run
 * only where one does not answer. Redirects that were lost with the pod's network namespace are made again.
 * @returns why it is not healthy; `undefined` when it is
 */
export async function findPodFault(
  pod: CheckedPod,
  listed: ListedPod,
  redirects: readonly Redirect[],
  edge: ClusterTools,
): Promise<PodFault | undefined> {
  const dead = [listed.infra, ...listed.containers.filter(({ state }) => state === 'running')].find(
    (container) => !container || !isContainerAlive(container),
  );
  if (dead) return { kind: 'gone', reason: `the process of ${dead.container ?? 'its network'} is gone` };
  const faults = await Promise.all([
    ...pod.containers.map((container) => findProbeFault(pod, container, edge)),
    ...pod.publishedPorts.map((published) => findForwardingFault(pod, published)),
  ]);
  await restoreRedirects(pod, listed, redirects, edge);
  const reason = faults.find((fault) => fault !== undefined);
  return reason === undefined ? undefined : { kind: 'silent', reason };
}

async function findProbeFault(
  pod: CheckedPod,
  container: CheckedContainer,
  edge: ClusterTools,
): Promise<string | undefined> {
  const probe = container.readinessProbe;
  if (!probe) return undefined;
  if (probe.action.kind === 'exec' && (await answersAtItsPorts(pod, container))) return undefined;
  const first = await runOnce(pod, container, probe, edge);
  if (first.status === 'success') return undefined;
  return faultOf(runOnce(pod, container, probe, edge));
}

/** Through the published port where there is one: that proves podman's forwarding too. */
async function runOnce(
  { address, publishedPorts }: CheckedPod,
  { podmanName }: CheckedContainer,
  { action }: RenderedProbe,
  edge: ClusterTools,
): Promise<ProbeResult> {
  const published =
    action.kind === 'exec'
      ? undefined
      : publishedPorts.find(({ targetPort, protocol }) => protocol === 'TCP' && targetPort === action.port);
  const target = { podmanName, timeoutMs: CHECK_TIMEOUT_MS };
  return published && action.kind !== 'exec'
    ? runProbe({ ...action, port: published.nodePort }, { ...target, address: '127.0.0.1' }, edge)
    : runProbe(action, { ...target, address }, edge);
}

/** A closed port is the business of the probes; an open one that the NodePort does not reach is podman's forwarding that is lost. */
async function findForwardingFault(
  { address }: CheckedPod,
  { nodePort, targetPort, protocol }: PublishedPort,
): Promise<string | undefined> {
  if (protocol === 'UDP') return undefined;
  const isOpen = (await faultOf(probeTcp(targetPort, { address, timeoutMs: CHECK_TIMEOUT_MS }))) === undefined;
  return isOpen ? faultOf(probeTcp(nodePort, { address: '127.0.0.1', timeoutMs: CHECK_TIMEOUT_MS })) : undefined;
}

/** Proves nothing of a container that declares no port. */
async function answersAtItsPorts({ address }: CheckedPod, { tcpPorts }: CheckedContainer): Promise<boolean> {
  const faults = await Promise.all(
    tcpPorts.map((port) => faultOf(probeTcp(port, { address, timeoutMs: CHECK_TIMEOUT_MS }))),
  );
  return tcpPorts.length > 0 && faults.every((fault) => fault === undefined);
}

async function restoreRedirects(
  { address }: CheckedPod,
  listed: ListedPod,
  redirects: readonly Redirect[],
  edge: ClusterTools,
): Promise<void> {
  const lost = await Promise.all(
    redirects
      .filter(({ protocol }) => protocol === 'TCP')
      .map(({ port }) => faultOf(probeTcp(port, { address, timeoutMs: CHECK_TIMEOUT_MS }))),
  );
  if (lost.some((fault) => fault !== undefined)) await applyRedirects(listed, redirects, edge);
}

async function faultOf(result: Promise<ProbeResult>): Promise<string | undefined> {
  const settled = await result;
  return settled.status === 'failure' ? settled.reason : undefined;
}
