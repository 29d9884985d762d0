import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

const REPOSITORY = join(__dirname, '..', '..', '..');

/** A few of the hundreds of kills that `tools/bench/kill-test.sh` makes on demand. */
const ROUNDS = 6;
const LIMIT_MS = 400_000;

it(
  'image-build that is killed at random moments leaves nothing behind, nothing half written and no cached success',
  () => {
    const env = { ...process.env, NODE_OPTIONS: '' };
    const script = join(REPOSITORY, 'tools', 'bench', 'kill-test.sh');
    const { status, stdout, stderr } = spawnSync(script, [String(ROUNDS)], {
      env,
      encoding: 'utf8',
      timeout: LIMIT_MS,
    });
    expect({ status, stdout, stderr }).toMatchObject({
      status: 0,
      stdout: expect.stringMatching(new RegExp(`\n${ROUNDS} kills: .*\n.*left behind: nothing\n$`)) as string,
    });
  },
  LIMIT_MS,
);
