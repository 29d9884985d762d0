import { chmodSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { findOnPath } from './find-on-path';

/** A script in the place of podman: first on the `PATH` of commands that run with `path`. */
export class PodmanStandIn {
  constructor(
    /** Absolute path of a folder that is only for this. */
    private readonly folder: string,
    script: string,
  ) {
    mkdirSync(folder, { recursive: true });
    const file = join(folder, 'podman');
    writeFileSync(file, `#!/bin/sh\n${script}\n`);
    chmodSync(file, 0o755);
  }

  /** The real podman, but for the version that it says it is. */
  static ofVersion(version: string, folder: string): PodmanStandIn {
    return new PodmanStandIn(
      folder,
      `[ "$1" = --version ] && echo 'podman version ${version}' && exit\nexec '${findOnPath('podman')}' "$@"`,
    );
  }

  /** Records each call and hands it on to the real podman. */
  static recording(folder: string): PodmanStandIn {
    const record = `printf '%s %s\\n' "$NX_TASK_TARGET_TARGET" "$*" >>'${callsFile(folder)}'`;
    return new PodmanStandIn(folder, `${record}\nexec '${findOnPath('podman')}' "$@"`);
  }

  /** The value of `PATH` with which a command finds it. */
  get path(): string {
    return [this.folder, process.env['PATH']].join(delimiter);
  }

  /** The recorded calls since the last time. */
  takeCalls(): PodmanCall[] {
    const file = callsFile(this.folder);
    if (!existsSync(file)) return [];
    const calls = readFileSync(file, 'utf8').split('\n').filter(Boolean).map(parseCall);
    rmSync(file);
    return calls;
  }
}

/** A call of podman. */
export interface PodmanCall {
  /** Name of the Nx target that called. */
  readonly target: string;
  readonly args: string;
}

/** Whether a call makes an image, by whichever of podman's commands: any argument that is such a command counts as one. */
export function isBuild({ args }: PodmanCall): boolean {
  return args.split(' ').some((argument) => ['build', 'buildx', 'commit', 'import', 'load'].includes(argument));
}

function callsFile(folder: string): string {
  return join(folder, 'calls');
}

function parseCall(line: string): PodmanCall {
  const [target = '', ...args] = line.split(' ');
  return { target, args: args.join(' ') };
}
