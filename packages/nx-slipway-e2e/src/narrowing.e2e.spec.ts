import { readFromRepository } from './example-workspace';
import { FreshWorkspace } from './fresh-workspace';
import { renderGoModule, renderNarrowedService, type NarrowedServiceChanges } from './narrowed-service';
import { planContract } from './plan-contract';

/** What Nx prints below a task whose result it had. */
const FROM_NX_CACHE = /from the cache|local cache/;

describe('a new workspace finds out what decides its images, narrows one, and proves it', () => {
  let workspace: FreshWorkspace;
  let project: string;
  const folder = 'services/with spaces';
  const writeService = (changes: NarrowedServiceChanges = {}): void =>
    workspace.write(renderNarrowedService(folder, project, changes));
  const build = (): string => {
    const { exitCode, output } = workspace.nx('run', `${project}:image-build`);
    expect({ exitCode, output }).toMatchObject({ exitCode: 0 });
    return output;
  };

  beforeAll(() => {
    workspace = new FreshWorkspace('23.2.1');
    project = `${workspace.id}-narrowed`;
    writeService();
  });
  afterAll(() => workspace?.destroy());

  it('doctor: the base that nothing pins, and the command that pins it', () => {
    const { exitCode, answer } = workspace.slipway('doctor');
    expect(exitCode).toBe(1);
    expect(answer).toMatch(/CONTEXT_BASE_UNPINNED[^]*npx nx-slipway lock/);
  });

  it('lock --check: fails until the base is pinned, here by the recipe that makes it', () => {
    const unpinned = workspace.slipway('lock', '--check');
    expect(unpinned.exitCode).toBe(1);
    expect(unpinned.output).toContain('docker.io/library/debian:bookworm-slim');
    workspace.write({
      'tools/base image.sh': '#!/bin/sh\n',
      'slipway.lock.json': `${JSON.stringify(LOCK, null, 2)}\n`,
    });
    expect(workspace.slipway('lock', '--check')).toMatchObject({ exitCode: 0 });
    expect(workspace.slipway('doctor', project).answer).not.toContain('CONTEXT_BASE_UNPINNED');
  });

  it('plan: says that the rule does not count before it is proven', () => {
    const { exitCode, answer } = workspace.slipway('plan', project, '--files');
    expect(exitCode).toBe(0);
    expect(answer).toContain('4 files, 10.0 kB; the narrowing is not proven and does not count');
    expect(answer).toContain('    recordings/one.txt\n');
    expect(answer).toMatch(new RegExp(`CONTEXT_NARROW_UNPROVEN[^]*npx nx-slipway prove ${project}`));
  });

  it('why, before any build: nothing to compare with', () => {
    const { exitCode, answer } = workspace.slipway('why', project);
    expect(exitCode).toBe(0);
    expect(answer).toContain('no build of it on this machine is remembered');
  });

  it('prove: a rule that leaves out what the image takes where it is there is refused, and the path named', () => {
    writeService({ rules: ['files:config files/greeting'] });
    const { exitCode, output } = workspace.slipway('prove', project);
    expect(exitCode).toBe(1);
    expect(output).toMatch(/CONTEXT_PROOF_FAILED .*\/flavour \(different\)/);
    expect(workspace.readJson('slipway.lock.json')).toEqual(LOCK);
  });

  it('prove: a rule that holds is kept in slipway.lock.json, and counts', () => {
    writeService();
    const { exitCode, output } = workspace.slipway('prove', project);
    expect({ exitCode, output }).toMatchObject({ exitCode: 0 });
    expect(output).toContain(`${project}: proven; its build context is 12 B instead of 10.0 kB`);
    expect(workspace.readJson('slipway.lock.json')).toMatchObject({ ...LOCK, proofs: { [project]: {} } });
    expect(workspace.slipway('plan', project).answer).toContain('2 files, 12 B, narrowed and proven');
  });

  it('plan --json: its contract is what the reference documents', () => {
    const page = readFromRepository('docs/reference/command-line.md');
    const shape = /## `plan`[^]*?```json\n([^]*?)```/.exec(page)?.[1] ?? '';
    const documented = JSON.parse(shape) as { schemaVersion: number; images: [{ files: [object] }] };
    const contract = planContract.shape.images.element.shape;
    expect(documented.schemaVersion).toBe(planContract.shape.schemaVersion.value);
    expect(Object.keys(documented.images[0])).toEqual(Object.keys(contract));
    const ofFiles = contract.files.element.options.flatMap(({ shape: file }) => Object.keys(file));
    expect(Object.keys(documented.images[0].files[0])).toEqual([...new Set(ofFiles)]);
  });

  it('plan --json: follows its contract, before a build and after one', () => {
    const plan = (): (typeof planContract)['_output']['images'][number] | undefined =>
      planContract.parse(JSON.parse(workspace.slipway('plan', '--json').answer)).images[0];
    const before = plan();
    expect(before).toMatchObject({
      project,
      target: 'image-build',
      contextRoot: folder,
      narrowing: 'proven',
      reuse: null,
    });
    expect(before?.files.map(({ path }) => path)).toEqual([
      'config files',
      'config files/flavour',
      'config files/greeting',
    ]);
    expect(build()).toContain('(build context: 2 files, 12 bytes)');
    const { imageId } = workspace.readJson(`dist/images/${project}/image.json`) as { imageId: string };
    expect(plan()).toEqual({ ...before, reuse: { engine: 'podman', imageId } });
    expect(workspace.readJson(`dist/images/${project}/build.json`)).toMatchObject({ contentKey: before?.contentKey });
  });

  it('a change of what narrowing left out builds nothing', () => {
    workspace.write({ [`${folder}/README.md`]: 'More about it.\n', [`${folder}/recordings/two.txt`]: 'new\n' });
    expect(build()).toMatch(FROM_NX_CACHE);
    expect(workspace.slipway('why', project).answer).toContain('unchanged since its last build');
  });

  it('why, after an edit: the file and the line of the Dockerfile that copies it; after the build: the same', () => {
    workspace.write({ [`${folder}/config files/greeting`]: 'hello again\n' });
    const edit = /config files\/greeting changed .*Dockerfile:3|config files\/greeting.*COPY \. \./;
    const { answer } = workspace.slipway('why', project);
    expect(answer).toContain('it would be built again, since its last build:');
    expect(answer).toMatch(edit);
    expect(build()).toMatch(/building, because .*config files\/greeting/);
    const rebuilt = workspace.slipway('why', project).answer;
    expect(rebuilt).toContain('unchanged since its last build. That was made because');
    expect(rebuilt).toMatch(edit);
  });

  it('a Dockerfile that changed after the proof: the full build context, and a warning, until prove has run again', () => {
    const dockerfile = `${folder}/Dockerfile`;
    workspace.write({ [dockerfile]: `# A comment.\n${workspace.read(dockerfile)}` });
    const output = build();
    expect(output).toContain('CONTEXT_NARROW_UNPROVEN');
    expect(output).toContain('(build context: 5 files');
    expect(workspace.slipway('prove', '--missing')).toMatchObject({ exitCode: 0 });
    expect(build()).toContain('(build context: 2 files');
  });

  it.each([
    ['go test', 'go test ./... && touch /greeting /flavour', /line 4: "go test \.\/\.\.\."/],
    [
      'all commands, narrowed to one',
      'go build -o /greeting ./cmd/...',
      /line 4: "go build -o \/greeting \.\/cmd\/\.\.\."/,
    ],
    ['a script that reads a folder', './build.sh', /line 4: "\.\/build\.sh"/],
  ])('prove refuses, without building, a RUN line with %s', (_what, run, expected) => {
    workspace.write(renderGoModule(folder));
    writeService({ rules: ['go:./cmd/one'], run });
    const { exitCode, output } = workspace.slipway('prove', project);
    expect(exitCode).toBe(1);
    expect(output).toMatch(/CONTEXT_PROOF_REFUSED/);
    expect(output).toMatch(expected);
    expect(output).not.toContain('proof: building');
  });
});

const LOCK = {
  schemaVersion: 1,
  bases: { 'docker.io/library/debian:bookworm-slim': { recipe: 'tools/base image.sh' } },
};
