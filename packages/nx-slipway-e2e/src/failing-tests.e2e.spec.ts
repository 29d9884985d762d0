import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { eventually } from './eventually';
import { FreshWorkspace } from './fresh-workspace';
import { findProcesses } from './processes';
import { FIRST_LOG_LINE } from './service-fixture';

describe('what does not come to a good end', () => {
  let workspace: FreshWorkspace;

  beforeAll(() => {
    workspace = new FreshWorkspace('23.2.1');
  });
  afterAll(() => workspace?.destroy());

  it('tests that fail: their output, their exit code, and a folder with logs and states; they are run again', () => {
    const command = 'echo "1 of 2 tests failed" && exit 3';
    const project = workspace.writeService('tests', { testOptions: { command } });
    const diagnostics = `dist/e2e/${project}/diagnostics`;
    for (let run = 0; run < 2; run++) {
      workspace.remove(diagnostics);
      const { exitCode, output } = workspace.nx('run', `${project}:e2e`);
      expect({ exitCode, output }).toMatchObject({ exitCode: 1 });
      expect(output).toMatch(/^1 of 2 tests failed$/m);
      expect(output).toMatch(new RegExp(`E2E_FAILED .*${project}:e2e .*exit code 3[^]*${diagnostics}$`, 'm'));
      expect(workspace.read(`${diagnostics}/states.txt`)).toMatch(new RegExp(`${project}: running`));
      expect(readLogs(join(workspace.root, diagnostics), workspace)).toContain(FIRST_LOG_LINE);
    }
  });

  it('tests that then succeed: the result is cached, and no old diagnostics are left beside it', () => {
    const project = workspace.writeService('tests', { testOptions: { command: 'echo "2 of 2 tests passed"' } });
    expect(workspace.nx('run', `${project}:e2e`)).toMatchObject({ exitCode: 0 });
    expect(existsSync(join(workspace.root, `dist/e2e/${project}/diagnostics`))).toBe(false);
    const again = workspace.nx('run', `${project}:e2e`);
    expect(again.exitCode).toBe(0);
    expect(again.output).toMatch(new RegExp(`${project}:e2e.*\\[.*cache.*\\]`));
  });

  it('tests that take too long: are stopped with all that they started', async () => {
    const forever = `sleep ${2_000_000_000 + process.pid}`;
    const testOptions = { command: `${forever} & ${forever}; wait`, timeoutSeconds: 2 };
    const project = workspace.writeService('tests', { testOptions });
    const { exitCode, output } = workspace.nx('run', `${project}:e2e`);
    expect(exitCode).toBe(1);
    expect(output).toMatch(new RegExp(`E2E_TIMED_OUT .*${project}:e2e .*2 s[^]*dist/e2e/${project}/diagnostics$`, 'm'));
    await eventually('the end of the test command', () => findProcesses(forever).length === 0, 2_000);
  });

  it('a deploy that never gets ready: says after the time limit what is not ready, and why', () => {
    const project = workspace.writeService('unready', {
      container: ['readinessProbe: {periodSeconds: 1, exec: {command: [cat, /no-such-file]}}'],
      deployOptions: { timeoutSeconds: 5 },
    });
    const { exitCode, output } = workspace.nx('run', `${project}:deploy-only`);
    expect(exitCode).toBe(1);
    expect(output).toMatch(new RegExp(`READINESS_TIMED_OUT .*After 5 s[^]*Deployment default/${project}.*`));
    expect(output).toMatch(/readiness probe fails: .*cat: \/no-such-file: No such file/);
    expect(output).toContain(FIRST_LOG_LINE);
    expect(output).toContain('"timeoutSeconds"');
  });
});

/** All logs below a folder of diagnostics. */
function readLogs(folder: string, workspace: FreshWorkspace): string {
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.log'));
  return files.map((name) => workspace.read(join(folder.slice(workspace.root.length + 1), name))).join('\n');
}
