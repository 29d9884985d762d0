import { FreshWorkspace } from './fresh-workspace';

interface ImageJson {
  readonly imageId: string;
}

describe.each(['22.7.12', '23.2.1', '24.0.0'])('the packed plugin with Nx %s', (nxVersion) => {
  let workspace: FreshWorkspace;
  let project: string;
  const imageId = (): string => (workspace.readJson(`dist/images/${project}/image.json`) as ImageJson).imageId;

  beforeAll(() => {
    workspace = new FreshWorkspace(nxVersion);
    project = `${workspace.id}-hello`;
  });
  afterAll(() => workspace?.destroy());

  it('is set up by its init generator', () => {
    expect(workspace.setUp).toMatchObject({ exitCode: 0 });
    expect(workspace.setUp.output).toContain('npx nx-slipway lock');
    expect(workspace.readJson('nx.json')).toMatchObject({ plugins: [{ plugin: 'nx-slipway' }] });
  });

  it('builds the image of a new service, and takes it from Nx’s cache the second time', () => {
    workspace.write({
      [`services/${project}/Dockerfile`]: 'FROM scratch\nCOPY . /service/\n',
      [`services/${project}/project.json`]: JSON.stringify({ name: project }),
      [`services/${project}/hello.txt`]: 'hello\n',
    });
    const first = workspace.nx('run', `${project}:image-build`);
    expect(first).toMatchObject({ exitCode: 0, output: expect.stringContaining(`${project}: built`) as string });
    const second = workspace.nx('run', `${project}:image-build`);
    expect(second).toMatchObject({ exitCode: 0, output: expect.stringMatching(FROM_NX_CACHE) as string });
  });

  it('builds nothing when Nx’s cache and all outputs are gone', () => {
    const before = imageId();
    workspace.nx('reset');
    workspace.remove('.nx', 'dist');
    const again = workspace.nx('run', `${project}:image-build`);
    expect(again).toMatchObject({ exitCode: 0, output: expect.stringContaining(`${project}: reused`) as string });
    expect(imageId()).toBe(before);
  });

  it('builds again when a file of the service changes, and says why', () => {
    const before = imageId();
    workspace.write({ [`services/${project}/hello.txt`]: 'hello again\n' });
    const again = workspace.nx('run', `${project}:image-build`);
    expect(again).toMatchObject({ exitCode: 0, output: expect.stringContaining('building, because') as string });
    expect(imageId()).not.toBe(before);
  });

  it('fails with a coded error, and without a stack, where the Dockerfile is wrong', () => {
    workspace.write({ [`services/${project}/Dockerfile`]: 'FROM scratch\nCOPY missing.txt /\n' });
    const { exitCode, output } = workspace.nx('run', `${project}:image-build`);
    expect(exitCode).toBe(1);
    expect(output).toMatch(/CONTEXT_SOURCE_MISSING .*Dockerfile:2/);
    expect(output).not.toMatch(/\n\s+at .*:\d+/);
  });
});

/** What Nx prints below a task whose result it had. */
const FROM_NX_CACHE = /from the cache|local cache/;
