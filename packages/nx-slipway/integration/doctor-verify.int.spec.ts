import { CommandLineLab, type Answer } from './command-line-lab';
import {
  BASE,
  countTraces,
  listArgv,
  listBuildIds,
  NO_TRACES,
  openEngineLab,
  podman,
  until,
  type EngineLab,
} from './podman-engine-lab';

let engine: EngineLab;
let lab: CommandLineLab;

beforeEach(() => {
  engine = openEngineLab();
});

afterEach(async () => {
  await engine.builder.removeLeftovers();
  await lab.remove();
  engine.dispose();
});

const WORKSPACE = {
  'nx.json': JSON.stringify({ analytics: false, plugins: ['nx-slipway'] }),
  'package.json': '{ "private": true }',
};

function createLab(files: Readonly<Record<string, string>>): Promise<CommandLineLab> {
  return CommandLineLab.create({ ...WORKSPACE, ...files }, { NX_SLIPWAY_STATE_DIR: engine.machineStore });
}

/** A Dockerfile whose RUN line leaves in the image what `run` puts into /out. */
function dockerfileOf(run: string): string {
  return `FROM ${BASE} AS build\nWORKDIR /src\nCOPY . .\nRUN mkdir /out && : ${engine.prefix} && ${run}\nFROM scratch\nCOPY --from=build /out /out\n`;
}

function imagesOfProofs(): readonly string[] {
  return podman('images', '--all', '--format', '{{.Repository}}:{{.Tag}}')
    .split('\n')
    .filter((name) => name.includes(engine.prefix));
}

interface Shown {
  readonly findings: { readonly code: string; readonly file: string | null; readonly message: string }[];
}

function linesIn({ stdout }: Answer): string[] {
  return (JSON.parse(stdout) as Shown).findings.flatMap(({ code, file, message }) =>
    code === 'CONTEXT_IGNORE_SUGGESTED' ? `${file} ${/the line (\S+)/.exec(message)?.[1]}` : [],
  );
}

describe('doctor --verify', () => {
  test('proposes only what gives the same image, and leaves no image', async () => {
    const [same, other] = [`${engine.prefix}-same`, `${engine.prefix}-other`];
    lab = await createLab({
      [`${same}/Dockerfile`]: 'FROM scratch AS build\nCOPY . /src\nFROM scratch\nCOPY --from=build /src/app /app\n',
      [`${same}/app`]: engine.prefix,
      [`${same}/k8s/app.yaml`]: 'kind: Service',
      [`${same}/.dockerignore`]: 'Dockerfile\n',
      [`${other}/Dockerfile`]: dockerfileOf('ls > /out/list'),
      [`${other}/k8s/app.yaml`]: 'kind: Service',
      [`${other}/.dockerignore`]: 'Dockerfile\n',
    });
    const planned = await lab.slipway(['doctor', '--json']);
    expect(linesIn(planned)).toEqual([`${other}/.dockerignore k8s`, `${same}/.dockerignore k8s`]);
    const verified = await lab.slipway(['doctor', '--json', '--verify', '--engine', 'podman']);
    expect(linesIn(verified)).toEqual([`${same}/.dockerignore k8s`]);
    expect(verified.stderr).toContain(`${other}: not proposed: it gives another image: /out/list is different`);
    expect(imagesOfProofs()).toEqual([]);
  });
});

describe('Ctrl-C ends within ten seconds, and leaves no process, container, image or folder', () => {
  test.each([
    ['doctor --verify', ['doctor', '--verify', '--engine', 'podman']],
    ['prove', ['prove', '--engine', 'podman']],
  ])('%s', async (_, args) => {
    const marker = `8${process.pid}${Math.floor(Math.random() * 1_000)}`;
    const project = `${engine.prefix}-slow`;
    const options = { narrow: { 'COPY . .': ['files:app'] } };
    lab = await createLab({
      [`${project}/Dockerfile`]: dockerfileOf(`sleep ${marker} && cp app /out/app`),
      [`${project}/project.json`]: JSON.stringify({ name: project, targets: { 'image-build': { options } } }),
      [`${project}/app`]: 'x',
      [`${project}/k8s/app.yaml`]: 'kind: Service',
    });
    const { child, answer } = lab.startSlipway(args);
    try {
      await until('the RUN line', () => listArgv().some((argv) => argv.includes(`sleep\0${marker}`)));
      const ids = listBuildIds(engine);
      const interruptedAt = performance.now();
      child.kill('SIGINT');
      expect(await answer).toMatchObject({ exitCode: 1, stderr: expect.stringContaining('BUILD_CANCELLED') });
      expect(performance.now() - interruptedAt).toBeLessThan(10_000);
      expect(countTraces(engine, marker, ids)).toEqual(NO_TRACES);
      expect(imagesOfProofs()).toEqual([]);
    } finally {
      child.kill('SIGKILL');
    }
  });
});
