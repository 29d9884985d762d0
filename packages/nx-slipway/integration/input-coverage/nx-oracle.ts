import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

const NX_FOLDER = join(__dirname, '..', '..', '..', '..', 'node_modules', 'nx');

/** What the real Nx says of a workspace at one moment. */
export interface NxAnswer {
  /** By task, e.g. `web:image-build`. */
  readonly hashes: Readonly<Record<string, string>>;
  /** Names of the projects that `nx affected` names for the files that were touched. */
  readonly affected: readonly string[];
}

/** The real Nx in one process of its own that answers for a workspace again and again. */
export class NxOracle {
  private readonly waiting: ((line: string) => void)[] = [];
  private errors = '';

  private constructor(private readonly child: ChildProcessWithoutNullStreams) {
    createInterface({ input: child.stdout }).on('line', (line) => {
      if (line.startsWith('@')) this.waiting.shift()?.(line.slice(1));
    });
    child.stderr.on('data', (chunk: Buffer) => (this.errors += chunk.toString()));
    child.on('exit', () => {
      for (const settle of this.waiting.splice(0)) settle(JSON.stringify({ error: `Nx ended: ${this.errors}` }));
    });
  }

  static open(workspaceRoot: string, machineStore: string): NxOracle {
    const env = { ...process.env, NODE_OPTIONS: '', NX_WORKSPACE_ROOT_PATH: '', NX_SLIPWAY_STATE_DIR: machineStore };
    return new NxOracle(
      spawn(process.execPath, [join(__dirname, 'answer-about-workspace.cjs'), NX_FOLDER], { cwd: workspaceRoot, env }),
    );
  }

  /** Makes the graph anew. @param touched workspace-relative paths, as `git diff --name-only` prints them */
  async ask(touched: readonly string[]): Promise<NxAnswer> {
    const line = await new Promise<string>((resolve) => {
      this.waiting.push(resolve);
      this.child.stdin.write(`${JSON.stringify({ touched })}\n`);
    });
    const answer = JSON.parse(line) as NxAnswer & { readonly error?: string };
    if (answer.error !== undefined) throw new Error(answer.error);
    return answer;
  }

  async close(): Promise<void> {
    const ended = new Promise((resolve) => this.child.once('exit', resolve));
    this.child.stdin.end();
    await ended;
  }
}
