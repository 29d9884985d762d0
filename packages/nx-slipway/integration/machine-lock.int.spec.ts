import { fork, type ChildProcess } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ModuleKind, ScriptTarget, transpileModule } from 'typescript';
import { lockOneOf, tryLock, withLock, type LockSpace } from '../src/scheduling/machine-lock';

const SOURCE = join(__dirname, '..', 'src', 'scheduling', 'machine-lock.ts');

describe('machine-wide locks', () => {
  const folder = mkdtempSync(join(tmpdir(), 'slipway-lock-'));
  const space: LockSpace = { machineStore: folder, signal: new AbortController().signal };
  const children: ChildProcess[] = [];
  const compiled = join(folder, 'machine-lock.cjs');

  beforeAll(() => {
    const options = { module: ModuleKind.CommonJS, target: ScriptTarget.ES2023, esModuleInterop: true };
    writeFileSync(compiled, transpileModule(readFileSync(SOURCE, 'utf8'), { compilerOptions: options }).outputText);
  });

  afterAll(() => {
    for (const child of children) child.kill('SIGKILL');
    rmSync(folder, { recursive: true, force: true });
  });

  /** A process that runs a script with `lock` (the module), `space` and `done()` at hand. */
  const startProcess = (name: string, script: string): ChildProcess => {
    const file = join(folder, `${name}.cjs`);
    writeFileSync(
      file,
      `const lock = require(${JSON.stringify(compiled)}); const fs = require('fs');
       const space = { machineStore: ${JSON.stringify(folder)}, signal: new AbortController().signal };
       (async () => { ${script} })();`,
    );
    const child = fork(file, { execArgv: [] });
    children.push(child);
    return child;
  };
  const exited = (child: ChildProcess): Promise<unknown> => new Promise((resolve) => child.on('exit', resolve));
  const said = (child: ChildProcess): Promise<unknown> =>
    new Promise((resolve, reject) => {
      child.once('message', resolve);
      child.once('exit', (code) => reject(new Error(`the process ended with ${code}`)));
    });

  it('let one process at a time in: no increment of eight processes is lost', async () => {
    const counter = join(folder, 'counter');
    writeFileSync(counter, '0');
    const increment = `for (let i = 0; i < 25; i++) await lock.withLock('counter', space, async () => {
      const value = Number(fs.readFileSync(${JSON.stringify(counter)}, 'utf8'));
      await new Promise((resolve) => setTimeout(resolve, 1));
      fs.writeFileSync(${JSON.stringify(counter)}, String(value + 1));
    });`;
    await Promise.all(Array.from({ length: 8 }, (_, index) => exited(startProcess(`increment-${index}`, increment))));
    expect(readFileSync(counter, 'utf8')).toBe('200');
  });

  it('are free at once when their holder is killed with SIGKILL, and the next in line is woken', async () => {
    const holder = startProcess(
      'holder',
      `await lock.tryLock('held', space); process.send('held'); setInterval(() => {}, 1000);`,
    );
    await said(holder);
    expect(await tryLock('held', space)).toBeUndefined();
    const waiting = withLock('held', space, () => Promise.resolve('mine'));
    holder.kill('SIGKILL');
    await expect(waiting).resolves.toBe('mine');
  });

  it('do not keep a process waiting after its signal is aborted', async () => {
    const held = await tryLock('busy', space);
    const cancellation = new AbortController();
    const waiting = lockOneOf(['busy'], { ...space, signal: cancellation.signal });
    cancellation.abort(new Error('cancelled'));
    await expect(waiting).rejects.toThrow('cancelled');
    await held?.release();
  });

  it('give whichever of several is free', async () => {
    const first = await tryLock('slot:0', space);
    const second = await lockOneOf(['slot:0', 'slot:1'], space);
    expect(await tryLock('slot:1', space)).toBeUndefined();
    await Promise.all([first?.release(), second.release()]);
  });

  it('are separate for separate machine stores', async () => {
    const mine = await tryLock('shared', space);
    const other = await tryLock('shared', { ...space, machineStore: `${folder}-other` });
    expect(other).toBeDefined();
    await Promise.all([mine?.release(), other?.release()]);
  });
});
