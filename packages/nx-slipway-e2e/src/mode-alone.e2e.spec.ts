import { execFileSync } from 'node:child_process';
import { chmodSync } from 'node:fs';
import { join } from 'node:path';
import { FreshWorkspace, type Environment } from './fresh-workspace';
import type { CommandResult } from './run-to-end';

/** As a developer works: the daemon keeps the graph, and watches contents of files, not modes. */
const WITH_DAEMON: Environment = { NX_DAEMON: 'true', CI: undefined };

describe('a file of which the mode alone changes is never deployed as it was before', () => {
  let workspace: FreshWorkspace;
  let project: string;
  const setMode = (mode: number): void => chmodSync(join(workspace.root, `services/${project}/content`), mode);
  const deploy = (env: Environment): CommandResult => workspace.nxWith(env, 'run', `${project}:deploy-only`);
  const imageId = (): string =>
    (workspace.readJson(`dist/images/${project}/image.json`) as { imageId: string }).imageId.replace('sha256:', '');
  /** Whether the file may be executed in the image that was deployed. */
  const isExecutable = (): boolean => {
    const run = ['run', '--rm', '--network', 'none', imageId(), 'sh', '-c', 'test -x /content && echo yes || echo no'];
    return execFileSync('podman', run, { encoding: 'utf8' }).trim() === 'yes';
  };

  beforeAll(() => {
    workspace = new FreshWorkspace('23.2.1');
    project = workspace.writeService('mode');
    setMode(0o644);
  });
  afterAll(() => {
    workspace?.nxWith(WITH_DAEMON, 'daemon', '--stop');
    workspace?.destroy();
  });

  it('with Nx’s daemon, which does not see it: the deploy builds it again, or refuses it and says what helps', () => {
    expect(deploy(WITH_DAEMON)).toMatchObject({ exitCode: 0 });
    expect(isExecutable()).toBe(false);
    setMode(0o755);
    const { exitCode, output } = deploy(WITH_DAEMON);
    if (exitCode !== 0) {
      const remedy = `npx nx run ${project}:image-build --skip-nx-cache`;
      expect(output).toMatch(/ARTIFACT_INPUTS_MISSED .*content changed/s);
      expect(output).toContain(remedy);
      expect(workspace.nxWith(WITH_DAEMON, ...remedy.split(' ').slice(2))).toMatchObject({ exitCode: 0 });
      expect(deploy(WITH_DAEMON)).toMatchObject({ exitCode: 0 });
    }
    expect(isExecutable()).toBe(true);
  });

  it('without the daemon: it is built again at once', () => {
    setMode(0o644);
    expect(deploy({})).toMatchObject({ exitCode: 0 });
    expect(isExecutable()).toBe(false);
  });
});
