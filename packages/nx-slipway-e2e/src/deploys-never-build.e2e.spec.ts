import { execFileSync } from 'node:child_process';
import { FreshWorkspace } from './fresh-workspace';
import { isBuild, PodmanStandIn } from './podman-stand-in';
import type { CommandResult } from './run-to-end';

interface AppliedJson {
  readonly images: readonly { readonly imageId: string; readonly origin: string }[];
}

describe('a recording podman, first on PATH', () => {
  let workspace: FreshWorkspace;
  let podman: PodmanStandIn;
  let project: string;
  const nx = (...args: string[]): CommandResult => workspace.nxWith({ PATH: podman.path }, ...args);
  const deployedImage = (): AppliedJson['images'][number] | undefined =>
    (workspace.readJson(`dist/deploys/${project}/applied.json`) as AppliedJson).images[0];

  beforeAll(() => {
    workspace = new FreshWorkspace('23.2.1');
    podman = PodmanStandIn.recording(workspace.folderBeside('recording podman'));
    project = workspace.writeService('unlike', {
      run: 'cat /proc/sys/kernel/random/uuid > /not-reproducible',
      deployOptions: { preload: true },
    });
  });
  afterAll(() => workspace?.destroy());

  it('sees the one build in image-build, and none in image-load and deploy-only; e2e does not call it', () => {
    expect(nx('run', `${project}:e2e`)).toMatchObject({ exitCode: 0 });
    const calls = podman.takeCalls();
    expect(calls.filter(isBuild).map(({ target }) => target)).toEqual(['image-build']);
    const callers = new Set(calls.map(({ target }) => target));
    expect(callers).toEqual(new Set(['image-build', 'cluster-up', 'image-load', 'deploy-only']));
  });

  it('sees no build when all is there and Nx’s cache is skipped', () => {
    expect(nx('run', `${project}:e2e`, '--skip-nx-cache')).toMatchObject({ exitCode: 0 });
    const calls = podman.takeCalls();
    expect(calls.map(({ target }) => target)).toContain('image-build');
    expect(calls.filter(isBuild)).toEqual([]);
  });

  it('sees deploy-only bring back an image that was deleted, say so, and accept its new ID', () => {
    const before = deployedImage();
    execFileSync('podman', ['rmi', '--force', before?.imageId.replace('sha256:', '') ?? ''], { stdio: 'pipe' });
    const result = nx('run', `${project}:deploy-only`);
    expect(result).toMatchObject({ exitCode: 0, output: expect.stringContaining('DEPLOY_IMAGE_BYTES_LOST') as string });
    expect(podman.takeCalls().filter(isBuild)).toHaveLength(1);
    expect(deployedImage()).toMatchObject({ origin: 'same-key' });
    expect(deployedImage()?.imageId).not.toBe(before?.imageId);
  });

  it('sees no second build after that: no loop, no dead end', () => {
    const result = nx('run', `${project}:deploy-only`);
    expect(result).toMatchObject({
      exitCode: 0,
      output: expect.stringContaining('DEPLOY_IMAGE_REBUILT_DIFFERS') as string,
    });
    const calls = podman.takeCalls();
    expect(calls).not.toEqual([]);
    expect(calls.filter(isBuild)).toEqual([]);
  });

  it('sees nothing deployed from an image.json that was mixed up with other inputs', () => {
    const [image, build] = [`dist/images/${project}/image.json`, `dist/images/${project}/build.json`];
    workspace.write({
      [image]: JSON.stringify({ ...(workspace.readJson(image) as object), imageId: `sha256:${'1'.repeat(64)}` }),
      [build]: JSON.stringify({ ...(workspace.readJson(build) as object), contentKey: '2'.repeat(64) }),
    });
    const result = nx('run', `${project}:deploy-only`, '--exclude-task-dependencies');
    expect(result).toMatchObject({ exitCode: 1, output: expect.stringContaining('ARTIFACT_KEY_MISMATCH') as string });
    const calls = podman.takeCalls();
    expect(calls.filter(isBuild)).toEqual([]);
    expect(calls.filter(({ args }) => /^(pod create|run|create|tag) /.test(args))).toEqual([]);
  });
});
