import { connect } from 'node:net';
import type { ClusterTools } from './cluster-tools';
import type { ProbeAction } from './rendered-pod';

/** Whether a probe succeeded, and if not, why. */
export type ProbeResult = { readonly status: 'success' } | { readonly status: 'failure'; readonly reason: string };

/** What a probe is run against. */
export interface ProbeTarget {
  /** The pod's address, or 127.0.0.1 for a published port. */
  readonly address: string;
  /** Container's name in podman, for exec probes. */
  readonly podmanName: string;
  readonly timeoutMs: number;
}

/** Runs a probe once, as the kubelet does: HTTP 200 to 399, a TCP connection, or exit code 0. Never throws for a probe that fails. */
export async function runProbe(action: ProbeAction, target: ProbeTarget, edge: ClusterTools): Promise<ProbeResult> {
  switch (action.kind) {
    case 'http':
      return probeHttp(action, target);
    case 'tcp':
      return probeTcp(action.port, target);
    case 'exec':
      return probeExec(action.command, target, edge);
  }
}

/** Whether something accepts TCP connections there. */
export async function probeTcp(
  port: number,
  { address, timeoutMs }: Omit<ProbeTarget, 'podmanName'>,
): Promise<ProbeResult> {
  return new Promise((resolve) => {
    const socket = connect({ host: address, port, timeout: timeoutMs });
    const settle = (result: ProbeResult): void => {
      socket.destroy();
      resolve(result);
    };
    socket.on('connect', () => settle({ status: 'success' }));
    socket.on('timeout', () => settle(failure(`port ${port} did not answer within ${timeoutMs} ms`)));
    socket.on('error', (error: NodeJS.ErrnoException) =>
      settle(failure(`port ${port}: ${error.code ?? error.message}`)),
    );
  });
}

async function probeHttp(
  { scheme, port, path, headers }: Extract<ProbeAction, { kind: 'http' }>,
  { address, timeoutMs }: ProbeTarget,
): Promise<ProbeResult> {
  const place = `HTTP GET ${path} on port ${port}`;
  // Only here: loading it costs a task 7 ms.
  const { request: open } = await (scheme === 'HTTPS' ? import('node:https') : import('node:http'));
  return new Promise((resolve) => {
    const request = open(
      {
        host: address,
        port,
        path,
        agent: false,
        // The kubelet does not verify the certificate either.
        rejectUnauthorized: false,
        headers: {
          'User-Agent': 'kube-probe/slipway',
          ...Object.fromEntries(headers.map(({ name, value }) => [name, value])),
        },
        signal: AbortSignal.timeout(timeoutMs),
      },
      (response) => {
        const status = response.statusCode ?? 0;
        response.resume();
        request.destroy();
        resolve(status >= 200 && status < 400 ? { status: 'success' } : failure(`${place} gave status ${status}`));
      },
    );
    request.on('error', (error: NodeJS.ErrnoException) =>
      resolve(
        failure(
          error.name === 'AbortError'
            ? `${place} gave no answer within ${timeoutMs} ms`
            : `${place}: ${error.code ?? error.message}`,
        ),
      ),
    );
    request.end();
  });
}

async function probeExec(
  command: readonly string[],
  { podmanName, timeoutMs }: ProbeTarget,
  edge: ClusterTools,
): Promise<ProbeResult> {
  const result = await edge.podman.attempt(['exec', podmanName, ...command], { timeoutMs });
  if (result.status === 'ok') return { status: 'success' };
  const output = result.output.trim().split('\n').at(-1) ?? '';
  const outcome =
    result.status === 'timed-out' ? `did not end within ${timeoutMs} ms` : `ended with exit code ${result.exitCode}`;
  return failure(`"${command[0]}" ${outcome}${output ? `: ${output}` : ''}`);
}

function failure(reason: string): ProbeResult {
  return { status: 'failure', reason };
}
