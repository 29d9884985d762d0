import { execFileSync } from 'node:child_process';
import { chmodSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { readWorkspace } from '../src/cli/workspace/read-workspace';
import { isSlipwayError } from '../src/errors/slipway-error';
import { jobOfWorkspaceImage } from '../src/executors/image-build/job-of-workspace-image';
import { openPlanningGround } from '../src/executors/image-build/planning-ground';
import { prepareBuild, type PreparedBuild } from '../src/executors/image-build/prepare-build';
import { makeRandomImages, type RandomImage } from './input-coverage/random-images';
import { NxOracle, type NxAnswer } from './input-coverage/nx-oracle';
import { NxWorkspace } from './nx-workspace';
import { createRandom } from './random-contexts/random';

/** More by hand: SLIPWAY_TEST_ROUNDS=20 SLIPWAY_TEST_SEED=7. Each round is a workspace of seven images, edited in STEPS steps. */
const ROUNDS = Number(process.env['SLIPWAY_TEST_ROUNDS'] ?? 3);
const SEED = Number(process.env['SLIPWAY_TEST_SEED'] ?? 1);
const STEPS = 15;

jest.setTimeout(60_000 + ROUNDS * 30_000);

const NX_JSON = JSON.stringify({ analytics: false, plugins: [{ plugin: 'nx-slipway', options: { cluster: false } }] });

/** A workspace with Nx beside it. */
class Lab {
  private tree = '';

  private constructor(
    readonly workspace: NxWorkspace,
    private readonly oracle: NxOracle,
    private readonly machineStore: string,
  ) {}

  static async open(files: Readonly<Record<string, string>> = {}): Promise<Lab> {
    const workspace = await NxWorkspace.create({
      'nx.json': NX_JSON,
      'package.json': '{"name":"scratch","private":true}',
      '.gitignore': 'node_modules\n.nx\n*.log\n.state\n.git\n',
      ...files,
    });
    const machineStore = join(workspace.root, '.state');
    const lab = new Lab(workspace, NxOracle.open(workspace.root, machineStore), machineStore);
    lab.git('init', '-q');
    return lab;
  }

  async close(): Promise<void> {
    await this.oracle.close();
    await this.workspace.remove();
  }

  get root(): string {
    return this.workspace.root;
  }

  private git(...args: readonly string[]): string {
    return execFileSync('git', ['-c', 'core.quotePath=false', ...args], { cwd: this.root, encoding: 'utf8' });
  }

  /** What changed since the last call, as `nx affected` asks git. */
  takeTouched(): readonly string[] {
    this.git('add', '-A');
    const tree = this.git('write-tree').trim();
    const diff =
      this.tree === '' ? '' : this.git('diff-tree', '-r', '-z', '--name-only', '--no-renames', this.tree, tree);
    this.tree = tree;
    return diff.split('\0').filter((path) => path !== '');
  }

  askNx(touched: readonly string[]): Promise<NxAnswer> {
    return this.oracle.ask(touched);
  }

  /** The build of an image as its executor would prepare it; the code of the error where it could not. */
  async prepare(image: string): Promise<PreparedBuild | string> {
    const { images } = readWorkspace(this.root);
    const place = {
      workspaceRoot: this.root,
      machineStore: this.machineStore,
      workspaceImages: images,
      outputsOf: () => undefined,
      listProjects: () => new Map(),
    };
    const ground = openPlanningGround(place, Date);
    try {
      return await prepareBuild(jobOfWorkspaceImage(image, place), ground);
    } catch (error) {
      if (isSlipwayError(error)) return error.problem.code;
      throw error;
    } finally {
      await ground.save();
    }
  }

  writeLock(lock: object): void {
    writeFileSync(join(this.root, 'slipway.lock.json'), JSON.stringify({ schemaVersion: 1, ...lock }));
  }
}

let lab: Lab;
afterEach(() => lab.close());

/** What an image was at its last step without an error. */
interface Moment {
  readonly key: string;
  readonly hash: string;
  readonly edits: string;
  readonly parts: readonly string[];
}

/** What of the content key's parts is in one moment and not in the other. */
function difference(one: Moment, other: Moment): string {
  const only = (a: Moment, b: Moment): string[] => a.parts.filter((part) => !b.parts.includes(part));
  return `- ${only(one, other).join(' ')} + ${only(other, one).join(' ')}`;
}

function listParts({ keyParts }: PreparedBuild): string[] {
  const { entries, ...others } = keyParts;
  return [JSON.stringify(others), ...entries.map((entry) => JSON.stringify({ ...entry, origin: undefined }))];
}

describe('what decides an image is seen by Nx', () => {
  it.each(Array.from({ length: ROUNDS }, (_, round) => SEED + round))('whatever is edited (seed %i)', async (seed) => {
    const random = createRandom(seed);
    lab = await Lab.open();
    const images = makeRandomImages(lab.root, random);
    await prove(images);
    lab.takeTouched();
    const keyOfHash = new Map<string, Moment>();
    const last = new Map<string, Moment>();
    const pending = new Map<string, { edits: string[]; isAffected: boolean }>();
    const failures: string[] = [];
    let compared = 0;
    for (let step = 0; step < STEPS; step++) {
      const edits = new Map(images.map((image) => [image.name, step === 0 ? 'the beginning' : image.edit()]));
      const touched = lab.takeTouched();
      const nx = await lab.askNx(touched);
      for (const { name } of images) {
        const prepared = await lab.prepare(name);
        const open = pending.get(name) ?? { edits: [], isAffected: false };
        open.edits.push(edits.get(name) ?? '');
        open.isAffected ||= nx.affected.includes(name);
        pending.set(name, open);
        if (typeof prepared === 'string') continue;
        pending.delete(name);
        const moment: Moment = {
          key: prepared.contentKey,
          hash: nx.hashes[`${name}:image-build`] ?? 'none',
          edits: open.edits.join(', then '),
          parts: listParts(prepared),
        };
        const before = last.get(name);
        const sameHash = keyOfHash.get(`${name} ${moment.hash}`);
        if (sameHash && sameHash.key !== moment.key)
          failures.push(`${name}: hash unchanged by ${moment.edits}: ${difference(sameHash, moment)}`);
        if (before && before.key !== moment.key) {
          compared++;
          if (!open.isAffected) failures.push(`${name}: not affected by ${moment.edits} (git: ${touched.join(', ')})`);
        }
        last.set(name, moment);
        keyOfHash.set(`${name} ${moment.hash}`, moment);
      }
    }
    expect(failures).toEqual([]);
    expect(compared).toBeGreaterThan(STEPS);
  });

  async function prove(images: readonly RandomImage[]): Promise<void> {
    const proofs: Record<string, { rule: string }> = {};
    for (const { name } of images.filter((image) => image.name === 'go-proven')) {
      const prepared = await lab.prepare(name);
      if (typeof prepared !== 'string') proofs[name] = { rule: prepared.narrowing.digest };
    }
    lab.writeLock({ proofs });
  }
});

function serviceOf(name: string, dockerfile: string, narrow: object = {}): Record<string, string> {
  const options = { buildContext: '{workspaceRoot}', ...narrow };
  return {
    [`services/${name}/project.json`]: JSON.stringify({ name, targets: { 'image-build': { options } } }),
    [`services/${name}/Dockerfile`]: dockerfile,
    [`cmd/${name}/main.go`]: `package main\n\nimport _ "example.test/m/internal/${name}"\n\nfunc main() {}\n`,
    [`internal/${name}/${name}.go`]: `package ${name}\n\nimport _ "example.test/m/internal/shared"\n`,
    [`internal/${name}/${name}_test.go`]: `package ${name}\n`,
  };
}

describe('what an image does not need', () => {
  const names = ['web', 'api', 'exact'];
  const narrowed = (name: string) => ({ narrow: { 'COPY . .': { rules: [`go:./cmd/${name}`], trusted: true } } });

  beforeEach(async () => {
    lab = await Lab.open({
      'go.mod': 'module example.test/m\n\ngo 1.22\n',
      'README.md': 'Read me.\n',
      'internal/shared/shared.go': 'package shared\n',
      'internal/unused/unused.go': 'package unused\n',
      ...serviceOf('web', 'FROM debian:bookworm-slim\nCOPY . .\n', narrowed('web')),
      ...serviceOf('api', 'FROM debian:bookworm-slim\nCOPY . .\n', narrowed('api')),
      ...serviceOf('exact', 'FROM debian:bookworm-slim\nCOPY cmd/exact internal/exact /w/\n'),
    });
    lab.writeLock({});
    lab.takeTouched();
  });

  async function observe(touched: readonly string[]) {
    const nx = await lab.askNx(touched);
    const images = await Promise.all(
      names.map(async (name) => {
        const prepared = await lab.prepare(name);
        const key = typeof prepared === 'string' ? prepared : prepared.contentKey;
        return { name, key, hash: nx.hashes[`${name}:image-build`] };
      }),
    );
    return { images, affected: names.filter((name) => nx.affected.includes(name)) };
  }

  /** Names of the images of which each of the three says that they changed. */
  async function changedBy(edit: () => void | Promise<void>) {
    const before = await observe(lab.takeTouched());
    await edit();
    const after = await observe(lab.takeTouched());
    const changed = (of: 'key' | 'hash'): string[] =>
      names.filter((name) => {
        const [one, other] = [before, after].map(({ images }) => images.find((image) => image.name === name)?.[of]);
        return one !== other;
      });
    return { key: changed('key'), hash: changed('hash'), affected: after.affected };
  }

  const all = (...changed: readonly string[]) => ({ key: changed, hash: changed, affected: changed });

  it.each<[string, string, ReturnType<typeof all>]>([
    ['README.md', 'README.md', all()],
    ['a package that nobody imports', 'internal/unused/unused.go', all()],
    ['another service’s file', 'services/web/notes.md', { ...all(), affected: ['web'] }],
    ['a file of one service', 'cmd/web/main.go', all('web')],
    ['a shared package', 'internal/shared/shared.go', all('web', 'api')],
    ['a file that is copied by its folder', 'internal/exact/exact.go', all('exact')],
    ['a test', 'internal/web/web_test.go', all()],
  ])('a change of %s', async (_what, path, expected) => {
    const text = path.endsWith('.go') ? undefined : 'changed\n';
    const change = async () => {
      const before = text ?? execFileSync('cat', [join(lab.root, path)], { encoding: 'utf8' });
      await lab.workspace.write({ [path]: `${before}// changed\n` });
    };
    expect(await changedBy(change)).toEqual(expected);
  });

  it('an import that is added, and what it leads to from then on', async () => {
    const text = 'package web\n\nimport _ "example.test/m/internal/unused"\n';
    expect(await changedBy(() => lab.workspace.write({ 'internal/web/web.go': text }))).toEqual(all('web'));
    const added = () => lab.workspace.write({ 'internal/unused/more.go': 'package unused\n' });
    expect(await changedBy(added)).toEqual(all('web'));
  });

  it('an executable bit, a link to a folder, and what git ignores from then on', async () => {
    const path = join(lab.root, 'internal/exact/exact.go');
    expect(await changedBy(() => chmodSync(path, 0o755))).toEqual(all('exact'));
    expect(await changedBy(() => symlinkSync('../shared', join(lab.root, 'internal/exact/l')))).toEqual(all('exact'));
    const ignore = () => lab.workspace.write({ 'internal/.gitignore': 'exact_test.go\n' });
    expect(await changedBy(ignore)).toEqual({ key: ['exact'], hash: names, affected: names });
  });
});
