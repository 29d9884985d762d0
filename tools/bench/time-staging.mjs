// Times the staging of a build context against `cp -r`, and the decision that nothing is to be built, in one process. The plugin's source is
// bundled on the spot, so that what is timed is what is built.
//   node tools/bench/time-staging.mjs WORKSPACE IMAGE ROUNDS
import { build } from 'esbuild';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const [workspaceRoot, image, rounds] = process.argv.slice(2);
const source = join(dirname(fileURLToPath(import.meta.url)), '..', '..', 'packages', 'nx-slipway', 'src');
const folder = mkdtempSync(join(tmpdir(), 'slipway-staging-'));
try {
  await run();
} finally {
  rmSync(folder, { recursive: true, force: true });
}

async function run() {
  const { openPlanningGround, prepareBuild, stageBuildContext, jobOfTarget, readWorkspace } = await loadSource();
  const { images } = readWorkspace(workspaceRoot);
  const place = {
    workspaceRoot,
    machineStore: join(folder, 'machine'),
    workspaceImages: images,
    outputsOf: () => undefined,
    listProjects: () => new Map(),
  };
  const job = jobOfTarget({ ...images.find((candidate) => candidate.image === image), workspaceRoot });
  const clock = { now: () => Date.now() };
  const prepare = async (narrowing) => {
    const ground = openPlanningGround(place, clock);
    const prepared = await prepareBuild(job, ground, { narrowing });
    await ground.save();
    return prepared;
  };
  const full = (await prepare('off')).buildContext;
  const narrowed = (await prepare('proven')).buildContext;
  const copies = [];
  const stagings = [];
  const decisions = [];
  for (let round = 0; round < Number(rounds); round++) {
    copies.push(await timed(() => copyByHand(round)));
    stagings.push(await timed(() => stageBuildContext(full, join(folder, `staged${round}`))));
    rmSync(join(folder, `copy${round}`), { recursive: true });
    rmSync(join(folder, `staged${round}`), { recursive: true });
    decisions.push(await timed(() => prepare('off')));
  }
  const ratios = stagings.map((staging, index) => staging / copies[index]);
  console.log(`full build context        ${full.files} files, ${full.bytes} bytes`);
  console.log(`narrowed                  ${narrowed.files} files, ${narrowed.bytes} bytes`);
  console.log(
    `times fewer               ${ratio(full.files, narrowed.files)} files, ${ratio(full.bytes, narrowed.bytes)} bytes (bound 10)`,
  );
  console.log(`cp -r                     ${median(copies).toFixed(0)} ms`);
  console.log(
    `staged, all of it         ${median(stagings).toFixed(0)} ms, ${median(ratios).toFixed(2)} times cp -r, pair by pair (bound 2)`,
  );
  console.log(`decided, nothing changed  ${median(decisions).toFixed(0)} ms for all of it (bound 300)`);
}

function copyByHand(round) {
  const { status } = spawnSync('cp', ['-r', workspaceRoot, join(folder, `copy${round}`)]);
  if (status !== 0) throw new Error('cp failed');
}

async function loadSource() {
  const entry = [
    "export { openPlanningGround } from './executors/image-build/planning-ground';",
    "export { prepareBuild } from './executors/image-build/prepare-build';",
    "export { jobOfTarget } from './executors/image-build/job-of-workspace-image';",
    "export { stageBuildContext } from './build-context/stage-build-context';",
    "export { readWorkspace } from './cli/workspace/read-workspace';",
  ].join('\n');
  const outfile = join(folder, 'source.cjs');
  await build({
    stdin: { contents: entry, resolveDir: source },
    outfile,
    bundle: true,
    platform: 'node',
    format: 'cjs',
    external: ['nx', 'nx/*', '@nx/devkit'],
    logLevel: 'error',
  });
  return createRequire(import.meta.url)(outfile);
}

async function timed(action) {
  const start = performance.now();
  await action();
  return performance.now() - start;
}

function median(values) {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];
}

function ratio(a, b) {
  return (a / b).toFixed(1);
}
