import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { createDockerImageStore } from '../src/engines/docker/docker-image-store';
import type { ImageTrees } from '../src/engines/image-trees';
import { createPodmanImageStore } from '../src/engines/podman/podman-image-store';
import { realTools } from './podman-engine-lab';
import type { TestDockerd } from './test-dockerd';

/** An engine as a person would use it. */
export interface PlainEngine {
  /**
   * Builds without any cache. The ignore file is the one beside the Dockerfile, else the context's own. Rejects with what was printed.
   * @param options More of the engine's own options, such as `--target=x`.
   */
  build(context: string, dockerfile: string, tag: string, options?: readonly string[]): Promise<void>;
  readonly trees: ImageTrees;
  remove(tag: string): Promise<void>;
}

/** The machine's podman. */
export function plainPodman(): PlainEngine {
  return {
    build: (context, dockerfile, tag, options = []) => {
      const ignoreFile = existsSync(`${dockerfile}.dockerignore`) ? ['--ignorefile', `${dockerfile}.dockerignore`] : [];
      const file = ['-t', tag, '-f', dockerfile];
      // An image in OCI's format has no ONBUILD triggers.
      const mode = ['--quiet', '--layers=false', '--format=docker'];
      return run('podman', ['build', ...mode, ...file, ...ignoreFile, ...options, context]);
    },
    trees: createPodmanImageStore(realTools(process.env, new AbortController().signal)),
    remove: (tag) => run('podman', ['rmi', '--force', tag]),
  };
}

/** A daemon with BuildKit. The folder is for what its image store keeps. */
export function plainDocker(dockerd: TestDockerd, folder: string): PlainEngine {
  const env = { ...process.env, ...dockerd.env, DOCKER_BUILDKIT: '1' };
  const tools = realTools(env, new AbortController().signal);
  return {
    build: (context, dockerfile, tag, options = []) =>
      run('docker', ['build', '--quiet', '--no-cache', '-t', tag, '-f', dockerfile, ...options, context], env),
    trees: createDockerImageStore({ machineStore: join(folder, 'machine store'), tools }),
    remove: (tag) => run('docker', ['rmi', '--force', tag], env),
  };
}

function run(command: string, args: readonly string[], env: NodeJS.ProcessEnv = process.env): Promise<void> {
  return new Promise((resolve, reject) => {
    execFile(command, [...args], { env }, (error, stdout, stderr) =>
      error ? reject(new Error(stdout + stderr)) : resolve(),
    );
  });
}
