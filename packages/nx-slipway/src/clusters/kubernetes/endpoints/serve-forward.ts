import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';

/** A port of this machine that leads somewhere. */
export interface Forward {
  /** On 127.0.0.1; the same until `close`. */
  readonly localPort: number;
  /** Ends its connections, and frees the port. */
  close(): Promise<void>;
}

/** After a client has said that it sends no more, the rest of an answer may be so long in coming. */
const ANSWER_PAUSE_MS = 5_000;

/**
 * Listens on a free port of 127.0.0.1 and connects each connection with a new one from `connect`. Where that rejects, the
 * connection is reset, as one to a Service without ready pods is. What is served here ends with this process, however that ends.
 */
export async function serveForward(connect: () => Promise<Duplex>): Promise<Forward> {
  const sockets = new Set<Socket>();
  const server = createServer({ allowHalfOpen: true, pauseOnConnect: true }, (socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
    socket.on('error', () => socket.destroy());
    void connect().then(
      (channel) => join(socket, channel),
      () => socket.resetAndDestroy(),
    );
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(0, '127.0.0.1', resolve);
  });
  return {
    localPort: (server.address() as AddressInfo).port,
    close: () => closeServer(server, sockets),
  };
}

function join(socket: Socket, channel: Duplex): void {
  if (socket.destroyed) {
    channel.destroy();
    return;
  }
  socket.once('close', () => channel.destroy());
  channel.on('error', () => socket.resetAndDestroy());
  // The pod cannot be told that the client sends no more; but a client that is gone says nothing else.
  socket.once('end', () => socket.setTimeout(ANSWER_PAUSE_MS, () => socket.destroy()));
  channel.pipe(socket);
  socket.pipe(channel, { end: false });
  socket.resume();
}

async function closeServer(server: Server, sockets: ReadonlySet<Socket>): Promise<void> {
  const closed = new Promise<void>((resolve) => {
    server.close(() => resolve());
  });
  for (const socket of sockets) socket.destroy();
  await closed;
}
