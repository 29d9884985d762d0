import { execFileSync } from 'node:child_process';
import { symlinkSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { findOnPath } from './find-on-path';
import { FreshWorkspace } from './fresh-workspace';
import { PodmanStandIn } from './podman-stand-in';

describe('a machine on which something is wrong', () => {
  let workspace: FreshWorkspace;

  beforeAll(() => {
    workspace = new FreshWorkspace('23.2.1');
  });
  afterAll(() => workspace?.destroy());

  it.each(['image-build', 'deploy-only'])('without podman: %s says so', (target) => {
    const project = workspace.writeService('missing');
    const folder = workspace.folderBeside(`path of ${target}`);
    for (const program of ['node', 'sh']) symlinkSync(findOnPath(program), join(folder, program));
    const { exitCode, output } = workspace.nxWith({ PATH: folder }, 'run', `${project}:${target}`);
    expect(exitCode).not.toBe(0); // Nx 23 ends with 130 when two tasks fail before the one that needs both.
    expect(output).toContain('ENGINE_NOT_FOUND');
  });

  it('with a podman that is too old: says which version it is, before it starts anything', () => {
    const project = workspace.writeService('old');
    const podman = PodmanStandIn.ofVersion('3.4.4', workspace.folderBeside('old podman'));
    for (const target of [`${project}:image-build`, 'cluster:cluster-up']) {
      const { exitCode, output } = workspace.nxWith({ PATH: podman.path }, 'run', target);
      expect(exitCode).toBe(1);
      expect(output).toMatch(/ENGINE_VERSION_UNSUPPORTED .*3\.4\.4/);
    }
  });

  it('with a disk that is full while staging: says so, and leaves nothing there', () => {
    const project = workspace.writeService('full');
    workspace.write({ [`services/${project}/content`]: 'x'.repeat(8 * 1024 * 1024) });
    const disk = workspace.folderBeside('small disk');
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=4m', 'tmpfs', disk]);
    try {
      const { exitCode, output } = workspace.nxWith({ NX_SLIPWAY_STATE_DIR: disk }, 'run', `${project}:image-build`);
      expect(exitCode).toBe(1);
      expect(output).toContain('CONTEXT_NO_SPACE');
      expect(execFileSync('find', [disk, '-name', 'content'], { encoding: 'utf8' })).toBe('');
    } finally {
      execFileSync('umount', [disk]);
    }
  });

  it('with a port in use: says which and for whom, changes nothing, and deploys once the port is free', async () => {
    const holder = createServer();
    const port = await listenOnFreeNodePort(holder);
    const project = workspace.writeService('port', { nodePort: port });
    const refused = workspace.nx('run', `${project}:deploy-only`);
    await new Promise((resolve) => holder.close(resolve));
    expect(refused.exitCode).toBe(1);
    expect(refused.output).toMatch(new RegExp(`CLUSTER_PORT_IN_USE .*${port}.*${project}`));
    expect(listContainers()).not.toContain(project);
    expect(workspace.nx('run', `${project}:deploy-only`)).toMatchObject({ exitCode: 0 });
    expect(listContainers()).toContain(project);
  });
});

/** Occupies a port of the range that Kubernetes has for NodePorts (30000-32767), and returns it. */
async function listenOnFreeNodePort(server: ReturnType<typeof createServer>): Promise<number> {
  for (let port = 32_000; port <= 32_767; port++) {
    const isFree = await new Promise<boolean>((resolve) => {
      server.once('error', () => resolve(false));
      server.listen(port, '127.0.0.1', () => resolve(true));
    });
    if (isFree) return (server.address() as AddressInfo).port;
  }
  throw new Error('no free port between 32000 and 32767');
}

function listContainers(): string {
  return execFileSync('podman', ['ps', '--all', '--format', '{{.Names}}'], { encoding: 'utf8' });
}
