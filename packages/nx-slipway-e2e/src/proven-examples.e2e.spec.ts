import { copyExampleSystem, proveExamples, readFromRepository } from './example-workspace';
import { FreshWorkspace } from './fresh-workspace';

const IMAGE = 'datastorage';
const RULE = 'go:./examples/datastorage/cmd/datastorage';
const PROJECT = `examples/${IMAGE}/project.json`;

/** Proofs as a `slipway.lock.json` has them. */
interface Proofs {
  readonly proofs: Readonly<Record<string, unknown>>;
}

describe('prove, by real builds of the example system', () => {
  let workspace: FreshWorkspace;
  beforeAll(() => {
    workspace = new FreshWorkspace('23.2.1');
    copyExampleSystem(workspace);
    const lock = workspace.readJson('slipway.lock.json') as Proofs;
    workspace.write({ 'slipway.lock.json': JSON.stringify({ ...lock, proofs: {} }) });
  });
  afterAll(() => workspace?.destroy());

  const proofs = (): Proofs['proofs'] | undefined =>
    (workspace.readJson('slipway.lock.json') as Partial<Proofs>).proofs;

  it('finds again what this repository has in its slipway.lock.json', () => {
    const { exitCode, output } = proveExamples(workspace, IMAGE);
    expect({ exitCode, output }).toMatchObject({ exitCode: 0 });
    const [, narrowed, full] = /proven; its build context is (\S+ k?B) instead of (\S+ k?B)/.exec(output) ?? [];
    const row = readFromRepository('examples/README.md').match(new RegExp(`^\\| \`${IMAGE}\`.*$`, 'm'))?.[0];
    expect(row).toContain(`${full} | `);
    expect(row).toContain(`${narrowed} `);
    const { proofs: committed } = JSON.parse(readFromRepository('slipway.lock.json')) as Proofs;
    expect(proofs()).toEqual({ [IMAGE]: committed[IMAGE] });
  }, 600_000);

  it('refuses a rule without the files that the service embeds, and keeps the proof of no rule', () => {
    const project = workspace.read(PROJECT);
    // As it would be written by hand: all Go files.
    const files = ['files:examples/go.*', 'files:examples/internal/**/*.go', 'files:examples/datastorage/**/*.go'];
    workspace.write({ [PROJECT]: project.replace(JSON.stringify([RULE]), JSON.stringify(files)) });
    const before = proofs();
    const { exitCode, output } = proveExamples(workspace, IMAGE);
    expect(exitCode).toBe(1);
    expect(output).toMatch(/CONTEXT_PROOF_BUILD_FAILED[^]*migrations\/\*\.sql: no matching files found/);
    expect(proofs()).toEqual(before);
  }, 600_000);
});
