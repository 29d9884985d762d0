import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { BuildContext } from '../src/build-context/build-context';
import { openFileDigests } from '../src/build-context/file-digests';
import { scanBuildContext } from '../src/build-context/scan-build-context';
import { stageBuildContext } from '../src/build-context/stage-build-context';
import { isSlipwayError } from '../src/errors/slipway-error';

const FOLDERS = 100;
const FILES_PER_FOLDER = 1_000;

/** How long it may take until both of two things that take turns have been seen. */
const LIMIT_MS = 120_000;

/**
 * Writes two contents of one size in turns, without making the file shorter, and puts its times back each time. Ends with its standard
 * input, so with the test.
 */
const WRITER = `
  const { openSync, writeSync, futimesSync } = require('node:fs');
  const file = openSync(process.argv[1], 'r+');
  const contents = ['a', 'b'].map((letter) => Buffer.alloc(Number(process.argv[2]), letter));
  process.stdin.on('end', () => process.exit(0)).resume();
  const write = (turn) => {
    writeSync(file, contents[turn % 2], 0, contents[0].length, 0);
    futimesSync(file, 1, 1);
    if (turn === 0) console.log('writing');
    setImmediate(write, turn + 1);
  };
  write(0);
`;

jest.setTimeout(LIMIT_MS + 60_000);

let folder: string;
let root: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'slipway large '));
  root = join(folder, 'root');
  mkdirSync(root);
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** As a new process does it, with what the last one remembered of digests. */
async function scan(): Promise<BuildContext> {
  const digests = openFileDigests(join(folder, 'digests'), { now: () => Date.now() });
  const context = await scanBuildContext(
    { workspaceRoot: root, contextRoot: '', dockerfile: 'Dockerfile', ownOutputs: [] },
    digests,
  );
  await digests.save();
  return context;
}

it('a build context of 100,000 files is hashed and staged whole', async () => {
  for (let number = 0; number < FOLDERS; number++) {
    mkdirSync(join(root, String(number)));
    for (let file = 0; file < FILES_PER_FOLDER; file++) writeFileSync(join(root, String(number), String(file)), 'x');
  }
  const context = await scan();
  expect(context.files).toBe(FOLDERS * FILES_PER_FOLDER);
  await stageBuildContext(context, join(folder, 'staged'));
  const staged = readdirSync(join(folder, 'staged')).map((name) => readdirSync(join(folder, 'staged', name)).length);
  expect(staged).toEqual(Array.from({ length: FOLDERS }, () => FILES_PER_FOLDER));
});

it('a file that is written all the time, with size and mtime put back, is staged as it was hashed, or not at all', async () => {
  const bytes = 200_000;
  writeFileSync(join(root, 'busy'), Buffer.alloc(bytes, 'a'));
  const writer = spawn(process.execPath, ['-e', WRITER, join(root, 'busy'), String(bytes)], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  try {
    await once(writer.stdout, 'data');
    const seen = { staged: 0, refused: 0 };
    for (const end = Date.now() + LIMIT_MS; seen.staged < 3 || seen.refused < 3;) {
      if (Date.now() > end) throw new Error(`only one of both was seen: ${JSON.stringify(seen)}`);
      const outcome = await stageOnce(join(folder, `staged-${seen.staged}-${seen.refused}`));
      seen[outcome]++;
    }
  } finally {
    writer.stdin.end();
    if (writer.exitCode === null) await once(writer, 'exit');
  }
});

async function stageOnce(target: string): Promise<'staged' | 'refused'> {
  const context = await scan();
  try {
    await stageBuildContext(context, target);
  } catch (error) {
    if (!isSlipwayError(error)) throw error;
    expect(error.code).toBe('CONTEXT_FILE_CHANGED');
    return 'refused';
  }
  const sent = createHash('sha256')
    .update(readFileSync(join(target, 'busy')))
    .digest('hex');
  expect(context.entries.map(({ path, sha256 }) => [path, sha256])).toEqual([['busy', sent]]);
  return 'staged';
}
