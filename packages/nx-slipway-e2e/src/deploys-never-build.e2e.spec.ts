import { execFileSync } from 'node:child_process';
import { FreshWorkspace } from './fresh-workspace';
import { writeService } from './service-fixture';

const isBuild = (call: string): boolean => /\bbuild\b/.test(call);
const targetOf = (call: string): string => call.split(' ')[0] ?? '';

interface AppliedJson {
  readonly images: readonly { readonly imageId: string; readonly origin: string }[];
}

describe('a recording podman, first on PATH', () => {
  const name = `slipway-record-${process.pid}`;
  const applied = `dist/deploys/${name}/applied.json`;
  let workspace: FreshWorkspace;

  beforeAll(() => {
    workspace = FreshWorkspace.create('23.2.1');
    workspace.nx('generate', 'nx-slipway:init');
    workspace.recordPodman();
    writeService(workspace, name, 'RUN cat /proc/sys/kernel/random/uuid > /not-reproducible\n');
  });
  afterAll(() => {
    workspace?.nx('run', 'cluster:cluster-down');
    workspace?.destroy([name]);
  });

  it('sees the one build in image-build, and none in image-load, deploy-only and e2e', () => {
    const result = workspace.nx('run', `${name}:e2e`);
    expect(result).toMatchObject({ exitCode: 0 });
    const calls = workspace.takePodmanCalls();
    expect(calls.filter(isBuild).map(targetOf)).toEqual(['image-build']);
    expect(new Set(calls.map(targetOf))).toEqual(new Set(['image-build', 'cluster-up', 'image-load', 'deploy-only']));
  });

  it('sees no build when all is there, whether Nx’s cache is or not', () => {
    expect(workspace.nx('run', `${name}:e2e`, '--skip-nx-cache')).toMatchObject({ exitCode: 0 });
    expect(workspace.takePodmanCalls().filter(isBuild)).toEqual([]);
  });

  it('sees deploy-only bring back an image that was deleted, say so, and accept its new ID', () => {
    const before = workspace.readJson(applied) as AppliedJson;
    execFileSync('podman', ['rmi', '--force', before.images[0]?.imageId.replace('sha256:', '') ?? ''], {
      stdio: 'pipe',
    });
    workspace.takePodmanCalls();
    const result = workspace.nx('run', `${name}:deploy-only`);
    expect(result).toMatchObject({ exitCode: 0 });
    expect(result.output).toContain('DEPLOY_IMAGE_BYTES_LOST');
    expect(workspace.takePodmanCalls().filter(isBuild)).toHaveLength(1);
    const after = workspace.readJson(applied) as AppliedJson;
    expect(after.images[0]).toMatchObject({ origin: 'same-key' });
    expect(after.images[0]?.imageId).not.toBe(before.images[0]?.imageId);
  });

  it('sees no second build after that: no loop, no dead end', () => {
    const result = workspace.nx('run', `${name}:deploy-only`);
    expect(result).toMatchObject({ exitCode: 0 });
    expect(result.output).toContain('DEPLOY_IMAGE_REBUILT_DIFFERS');
    expect(workspace.takePodmanCalls().filter(isBuild)).toEqual([]);
  });

  it('sees nothing deployed from an image.json that was mixed up with other inputs', () => {
    const image = workspace.readJson(`dist/images/${name}/image.json`) as { imageId: string };
    const build = workspace.readJson(`dist/images/${name}/build.json`) as { contentKey: string };
    workspace.write({
      [`dist/images/${name}/image.json`]: JSON.stringify({ ...image, imageId: `sha256:${'1'.repeat(64)}` }),
      [`dist/images/${name}/build.json`]: JSON.stringify({ ...build, contentKey: '2'.repeat(64) }),
    });
    const result = workspace.nx('run', `${name}:deploy-only`, '--exclude-task-dependencies');
    expect(result.exitCode).not.toBe(0);
    expect(result.output).toContain('ARTIFACT_KEY_MISMATCH');
    expect(workspace.takePodmanCalls().filter(isBuild)).toEqual([]);
  });
});
