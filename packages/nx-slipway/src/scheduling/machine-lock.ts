import { createHash } from 'node:crypto';
import { mkdirSync, rmSync } from 'node:fs';
import { connect, createServer, type Server } from 'node:net';
import { join } from 'node:path';

/** A lock that this process holds. The kernel frees it when the process ends, however it ends. */
export interface HeldLock {
  release(): Promise<void>;
}

/** What a lock's name belongs to. */
export interface LockSpace {
  /** Absolute path of the machine store: processes that share it share its locks. */
  readonly machineStore: string;
  readonly signal: AbortSignal;
}

/**
 * Takes a machine-wide lock, or returns `undefined` if another process (or another caller in this one) has it.
 *
 * A lock is a listening socket. On Linux its name is in the abstract namespace (unix(7)), which has no file: when the holder
 * dies, even by SIGKILL, the kernel removes the name at once, so there is no stale lock, no pid to compare and no clock.
 * Elsewhere it is a socket file in the machine store; one that refuses connections is stale and is removed.
 */
export async function tryLock(name: string, space: LockSpace): Promise<HeldLock | undefined> {
  const path = socketPath(name, space.machineStore);
  const server = await listen(path);
  if (server) return hold(server);
  if (path.startsWith('\0') || (await isAnswered(path))) return undefined;
  rmSync(path, { force: true });
  const second = await listen(path);
  return second && hold(second);
}

/** Takes the first free lock of several; waits while all are taken. `onWait` is called once, before the first wait. */
export async function lockOneOf(names: readonly string[], space: LockSpace, onWait?: () => void): Promise<HeldLock> {
  for (let round = 0; ; round++) {
    space.signal.throwIfAborted();
    for (const name of names) {
      const held = await tryLock(name, space);
      if (held) return held;
    }
    if (round === 0) onWait?.();
    await anyReleased(names, space);
  }
}

/** Runs `work` while holding a lock; waits for it first. */
export async function withLock<Result>(
  name: string,
  space: LockSpace,
  work: () => Promise<Result>,
  onWait?: () => void,
): Promise<Result> {
  const held = await lockOneOf([name], space, onWait);
  try {
    return await work();
  } finally {
    await held.release();
  }
}

/** Runs `work` while holding a lock that is free now; `undefined`, and nothing is run, when somebody has it. */
export async function withFreeLock<Result>(
  name: string,
  space: LockSpace,
  work: () => Promise<Result>,
): Promise<Result | undefined> {
  const held = await tryLock(name, space);
  if (!held) return undefined;
  try {
    return await work();
  } finally {
    await held.release();
  }
}

/** Abstract names are limited to 107 bytes, hence the digest. */
function socketPath(name: string, machineStore: string): string {
  const digest = createHash('sha256').update(`${machineStore}\0${name}`).digest('hex').slice(0, 40);
  if (process.platform === 'linux') return `\0nx-slipway-lock-${digest}`;
  const folder = join(machineStore, 'locks');
  mkdirSync(folder, { recursive: true });
  return join(folder, `${digest}.sock`);
}

async function listen(path: string): Promise<Server | undefined> {
  const server = createServer();
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EADDRINUSE') resolve(undefined);
      else reject(error);
    });
    server.listen({ path, exclusive: true }, () => resolve(server));
  });
}

function hold(server: Server): HeldLock {
  const waiters = new Set<{ destroy(): void }>();
  server.on('connection', (waiter) => {
    waiters.add(waiter);
    waiter.on('error', () => waiter.destroy());
    waiter.on('close', () => waiters.delete(waiter));
    waiter.resume(); // Else the end of a waiter that gave up is never seen, and the server never closes.
    waiter.unref();
  });
  server.unref();
  return {
    release: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const waiter of waiters) waiter.destroy();
      }),
  };
}

/** Resolves when one of the holders is gone or has released; a waiter is a connection that the holder's end closes. */
async function anyReleased(names: readonly string[], space: LockSpace): Promise<void> {
  const sockets = names.map((name) => connect(socketPath(name, space.machineStore)));
  try {
    await new Promise<void>((resolve, reject) => {
      const onAbort = (): void => reject(space.signal.reason);
      if (space.signal.aborted) onAbort(); // Between the last attempt and here.
      space.signal.addEventListener('abort', onAbort, { once: true });
      for (const socket of sockets) {
        socket.on('error', () => socket.destroy());
        socket.on('close', () => {
          space.signal.removeEventListener('abort', onAbort);
          resolve();
        });
        socket.resume();
      }
    });
  } finally {
    for (const socket of sockets) socket.destroy();
  }
}

async function isAnswered(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(path);
    socket.on('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.on('error', () => resolve(false));
  });
}
