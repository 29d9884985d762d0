import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { openBuildAdmission } from '../src/executors/image-build/open-build-admission';
import { buildThroughFaults } from '../src/executors/image-build/build-through-faults';
import type { PreparedBuild } from '../src/executors/image-build/prepare-build';
import { openAdmission } from '../src/scheduling/admission/admission';
import { createPodmanImageBuilder } from '../src/engines/podman/podman-image-builder';
import { createPodmanImageStore } from '../src/engines/podman/podman-image-store';
import type { Tools } from '../src/exec/tools';
import { findOnPath } from '../src/engines/find-on-path';
import { BASE, failureOf, openEngineLab, podman, type EngineLab } from './podman-engine-lab';

let lab: EngineLab;

beforeEach(() => {
  lab = openEngineLab();
});
afterEach(() => lab.dispose());

/** Needs 200 MiB, and prints something that nobody could guess. */
const hungry = (): string => `FROM ${BASE}\nRUN echo ${lab.prefix}; head -c 200M /dev/zero | tail > /dev/null\n`;

/** A podman whose first builds, as many as said, have 64 MiB for each step: by the kernel, as on a machine without more. */
async function openTools(limitedBuilds: number): Promise<Tools> {
  const real = await findOnPath('podman', process.env['PATH'] ?? '');
  const folder = join(lab.folder, 'limited podman');
  mkdirSync(folder);
  const counter = join(folder, 'builds');
  writeFileSync(counter, '');
  writeFileSync(
    join(folder, 'podman'),
    `#!/bin/bash
args=("$@")
for at in "\${!args[@]}"; do
  if [ "\${args[$at]}" = build ]; then
    echo >>'${counter}'
    if [ "$(wc -l <'${counter}')" -le ${limitedBuilds} ]; then args=("\${args[@]:0:at+1}" --memory 64m --memory-swap 64m "\${args[@]:at+1}"); fi
    break
  fi
done
exec ${real} "\${args[@]}"
`,
  );
  chmodSync(join(folder, 'podman'), 0o755);
  const lines = { line: (text: string) => void lab.lines.push(text) };
  return { ...lab.tools, env: { ...lab.tools.env, PATH: `${folder}:${process.env['PATH']}` }, log: lines };
}

async function build(tools: Tools): Promise<{ imageId: string }> {
  const { machineStore } = lab;
  const admission = openAdmission({
    machineStore,
    tools,
    openEngineMemory: () => Promise.resolve({ pool: 'test', read: () => undefined }),
    onProblem: () => undefined,
  });
  const prepared = {
    dockerfileText: hungry(),
    job: {
      image: 'hungry',
      workspaceRoot: lab.folder,
      platform: 'linux/amd64',
      options: { buildArgs: {}, admission: {} },
    },
  } as unknown as PreparedBuild;
  const builder = createPodmanImageBuilder({ machineStore, tools, onLine: (line) => lab.lines.push(line) });
  const request = lab.request('hungry', hungry());
  return buildThroughFaults(
    {
      image: 'hungry',
      admission: await openBuildAdmission(prepared, { admission, machineStore, tools }),
      build: (meter) => builder.buildImage({ ...request, meter }),
    },
    { store: createPodmanImageStore(tools), tools },
  );
}

it('a build that the kernel kills for want of memory is made once more, alone, and succeeds', async () => {
  const { imageId } = await build(await openTools(1));
  expect(`sha256:${podman('image', 'inspect', '--format', '{{.Id}}', `localhost/${lab.prefix}-hungry:1`)}`).toBe(
    imageId,
  );
  expect(lab.lines.filter((line) => line.startsWith('BUILD_TRIED_AGAIN'))).toHaveLength(1);
  expect(lab.lines.join('\n')).toMatch(/hungry: Memory ran out in step 2\/\d .*SIGKILL.*It is tried once more, alone/);
});

it('one that is killed alone too ends in what it needed and what there is, and leaves no image', async () => {
  const tools = await openTools(2);
  const failure = await failureOf(build(tools));
  expect(failure.code).toBe('BUILD_OUT_OF_MEMORY');
  expect(failure.problem.message).toMatch(
    /hungry cannot be built .* Its peak was \S+ \S+; what builds may use here is \S+ \S+\.$/,
  );
  expect(readFileSync(join(lab.folder, 'limited podman', 'builds'), 'utf8')).toHaveLength(2);
  expect(() => podman('image', 'inspect', `localhost/${lab.prefix}-hungry:1`)).toThrow();
});
