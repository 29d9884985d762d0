import { randomBytes } from 'node:crypto';
import type { ClientRequest, IncomingMessage } from 'node:http';
import { Duplex } from 'node:stream';
import type { ApiConnection } from '../kube-api/api-connection';
import { createFrameReader, encodeFrame, OPCODE, type Frame } from './web-socket-frames';

/** A port of a pod. */
export interface PodPort {
  readonly namespace: string;
  readonly pod: string;
  readonly port: number;
}

/**
 * How kubelet forwards a port over a WebSocket (Kubernetes v1.34, kubelet/pkg/cri/streaming/portforward/websocket.go): each message begins with the number of
 * its channel; each channel begins with the port, in two bytes; one connection for each message stream.
 */
const PROTOCOL = 'v4.channel.k8s.io';
const CHANNEL = { data: 0, error: 1 } as const;
const PORT_BYTES = 2;

/** The server may be stopped; a node may be gone. */
const UPGRADE_TIMEOUT_MS = 10_000;

/**
 * Opens a connection to a port of a pod, through the API server. The stream ends when the pod ends it; it is destroyed with an error
 * when the pod's node cannot connect.
 * Rejects when the server does not upgrade the connection.
 */
export async function openPortChannel({ namespace, pod, port }: PodPort, connection: ApiConnection): Promise<Duplex> {
  const place = `namespaces/${encodeURIComponent(namespace)}/pods/${encodeURIComponent(pod)}`;
  const request = await connection.request(`/api/v1/${place}/portforward?ports=${port}`, {
    agent: false,
    timeout: UPGRADE_TIMEOUT_MS,
    headers: {
      connection: 'Upgrade',
      upgrade: 'websocket',
      'sec-websocket-version': '13',
      'sec-websocket-key': randomBytes(16).toString('base64'),
      'sec-websocket-protocol': PROTOCOL,
    },
  });
  const { socket, head } = await waitForUpgrade(request);
  return createChannelStream(socket, head);
}

function waitForUpgrade(request: ClientRequest): Promise<{ readonly socket: Duplex; readonly head: Buffer }> {
  return new Promise((resolve, reject) => {
    request
      .on('upgrade', (_: IncomingMessage, socket: Duplex, head: Buffer) => {
        request.setTimeout(0);
        resolve({ socket, head });
      })
      .on('response', (response: IncomingMessage) => {
        response.resume();
        reject(new Error(`the API server did not open a connection: HTTP ${response.statusCode}`));
      })
      .on('timeout', () => request.destroy(new Error(`no answer within ${UPGRADE_TIMEOUT_MS / 1_000} s`)))
      .on('error', reject)
      .end();
  });
}

/** Makes the data channel a stream. Exported for its test. */
export function createChannelStream(socket: Duplex, head: Buffer): Duplex {
  const reader = createFrameReader();
  const skipped = new Map<number, number>();
  let fragments: Buffer[] = [];
  const send = (opcode: number, payload: Buffer, done?: (error?: Error | null) => void): void => {
    socket.write(encodeFrame(opcode, payload, randomBytes(4)), done);
  };
  const stream = new Duplex({
    allowHalfOpen: true,
    read: () => void socket.resume(),
    write: (chunk: Buffer, _, done) => send(OPCODE.binary, Buffer.concat([Buffer.from([CHANNEL.data]), chunk]), done),
    // A channel cannot be closed in one direction: the pod is not told that no more comes.
    final: (done) => done(),
    destroy: (error, done) => {
      socket.destroy();
      done(error);
    },
  });
  const takeMessage = (message: Buffer): void => {
    const channel = message.readUInt8(0);
    const toSkip = PORT_BYTES - (skipped.get(channel) ?? 0);
    const content = message.subarray(1 + Math.min(toSkip, message.length - 1));
    skipped.set(channel, PORT_BYTES - toSkip + (message.length - 1 - content.length));
    if (content.length === 0) return;
    if (channel === CHANNEL.error) stream.destroy(new Error(content.toString('utf8').trim()));
    else if (channel === CHANNEL.data && !stream.push(content)) socket.pause();
  };
  const takeFrame = ({ opcode, isLast, payload }: Frame): void => {
    if (opcode === OPCODE.ping) send(OPCODE.pong, payload);
    else if (opcode === OPCODE.close) finish();
    else if (opcode !== OPCODE.pong) {
      fragments.push(payload);
      if (!isLast) return;
      const message = Buffer.concat(fragments);
      fragments = [];
      if (message.length > 0) takeMessage(message);
    }
  };
  const finish = (): void => {
    if (!stream.readableEnded && !stream.destroyed) stream.push(null);
  };
  const take = (bytes: Buffer): void => {
    for (const frame of reader.push(bytes)) if (!stream.destroyed) takeFrame(frame);
  };
  socket.on('data', take);
  socket.on('end', finish);
  socket.on('close', finish);
  socket.on('error', (error: Error) => stream.destroy(error));
  if (head.length > 0) take(head);
  return stream;
}
