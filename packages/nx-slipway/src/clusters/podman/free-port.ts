import { createServer } from 'node:net';

/** Whether a TCP port of 127.0.0.1 can be bound, which is the one sure way to know. Nothing keeps it afterwards. */
export async function isPortFree(port: number): Promise<boolean> {
  const server = createServer();
  return new Promise((resolve) => {
    server.once('error', () => resolve(false));
    server.listen({ port, host: '127.0.0.1', exclusive: true }, () => server.close(() => resolve(true)));
  });
}
