import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseBuildahIgnoreFile } from '../src/build-context/buildah-ignore-rules';
import { parseIgnoreFile } from '../src/build-context/ignore-rules';
import { generateIgnoreCases, type IgnoreCase } from './ignore-oracle/random-ignore-cases';

/** Seed and number of ignore files of `npm test`; `IGNORE_ORACLE=7:100000` runs others by hand. */
const [SEED = 1, COUNT = 1] = (process.env['IGNORE_ORACLE'] ?? '1:3000').split(':').map(Number);

/** The verdicts of the engines' own matchers, `null` where one refuses the file. */
interface Answer {
  readonly moby: readonly boolean[] | null;
  readonly buildah: readonly boolean[] | null;
}

const folder = mkdtempSync(join(tmpdir(), 'slipway-ignore-oracle-'));
const oracle = join(folder, 'oracle');
const built = spawnSync('go', ['build', '-o', oracle, '.'], {
  cwd: join(__dirname, 'ignore-oracle'),
  encoding: 'utf8',
});
const mustRun = Boolean(process.env['CI'] ?? process.env['REQUIRE_REAL_TOOLS']);
const describeWithOracle = mustRun || built.status === 0 ? describe : describe.skip;

afterAll(() => rmSync(folder, { recursive: true, force: true }));

describeWithOracle(
  'our ports of the ignore rules, beside github.com/moby/patternmatcher and containers/storage',
  () => {
    let cases: readonly IgnoreCase[];
    let answers: readonly Answer[];

    beforeAll(() => {
      expect(built.stderr).toBe('');
      cases = generateIgnoreCases(SEED, COUNT);
      const input = cases.map((asked) => JSON.stringify(asked)).join('\n');
      const { stdout, stderr } = spawnSync(oracle, { input, encoding: 'utf8', maxBuffer: 2 ** 28 });
      expect(stderr).toBe('');
      answers = stdout
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line) as Answer);
    });

    it('say of each path what the oracle says', () => {
      const differences = cases.flatMap((asked, index) => {
        const ours: Answer = { moby: askMoby(asked), buildah: askBuildah(asked) };
        const theirs = answers[index];
        return (
          (['moby', 'buildah'] as const)
            // They look at some patterns only when a path comes to them, we at all: a bad pattern is then refused by us alone.
            .filter((matcher) => ours[matcher] !== null || theirs?.[matcher] === null)
            .filter((matcher) => JSON.stringify(ours[matcher]) !== JSON.stringify(theirs?.[matcher]))
            .map((matcher) => ({
              matcher,
              ignore: asked.ignore,
              paths: asked.paths.filter((_, at) => ours[matcher]?.[at] !== theirs?.[matcher]?.[at]),
              ours: ours[matcher] ? 'the other way round' : 'refused',
              theirs: theirs?.[matcher] ? 'valid' : 'refused',
            }))
        );
      });
      expect(differences.slice(0, 5)).toEqual([]);
      expect(differences).toHaveLength(0);
    });

    it('refuse hardly more than the oracle does', () => {
      const count = (verdicts: readonly (readonly boolean[] | null)[]): number =>
        verdicts.filter((verdict) => verdict === null).length;
      const theirs = count(answers.map(({ moby }) => moby));
      const ours = count(cases.map(askMoby));
      expect(ours).toBeGreaterThanOrEqual(theirs);
      expect(ours - theirs).toBeLessThan(COUNT / 10);
    });

    it('are asked about files that are valid, that are refused, and on which the two differ', () => {
      const count = (is: (answer: Answer) => boolean): number => answers.filter(is).length;
      expect(answers).toHaveLength(COUNT);
      expect(count(({ moby }) => moby === null)).toBeGreaterThan(COUNT / 50);
      expect(count(({ moby }) => moby?.includes(true) ?? false)).toBeGreaterThan(COUNT / 5);
      const differ = ({ moby, buildah }: Answer): boolean => JSON.stringify(moby) !== JSON.stringify(buildah);
      expect(count(differ)).toBeGreaterThan(COUNT / 100);
    });
  },
);

function askMoby({ ignore, paths }: IgnoreCase): readonly boolean[] | null {
  try {
    const rules = parseIgnoreFile(ignore);
    return paths.map((path) => rules.isIgnored(path));
  } catch {
    return null;
  }
}

function askBuildah({ ignore, paths }: IgnoreCase): readonly boolean[] | null {
  const rules = parseBuildahIgnoreFile(ignore);
  return rules ? paths.map((path) => rules.isIgnored(path)) : null;
}
