import { FreshWorkspace } from './fresh-workspace';

interface ImageJson {
  readonly imageId: string;
}

describe.each(['22.7.12', '23.2.1', '24.0.0'])('the packed plugin with Nx %s', (nxVersion) => {
  const image = `slipway-e2e-${process.pid}-${nxVersion.replaceAll('.', '-')}`;
  const imageJson = `dist/images/${image}/image.json`;
  let workspace: FreshWorkspace;

  beforeAll(() => {
    workspace = FreshWorkspace.create(nxVersion);
  });
  afterAll(() => workspace?.destroy([image]));

  it('is set up by its init generator', () => {
    const { exitCode, output } = workspace.nx('generate', 'nx-slipway:init');
    expect({ exitCode, output }).toMatchObject({ exitCode: 0 });
    expect(JSON.stringify(workspace.readJson('nx.json'))).toContain('nx-slipway');
  });

  it('builds the image of a new service, and takes it from Nx’s cache the second time', () => {
    workspace.write({
      [`services/${image}/Dockerfile`]: 'FROM scratch\nCOPY . /service/\n',
      [`services/${image}/project.json`]: JSON.stringify({ name: image }),
      [`services/${image}/hello.txt`]: 'hello\n',
    });
    const first = workspace.nx('run', `${image}:image-build`);
    expect(first).toMatchObject({ exitCode: 0, output: expect.stringContaining(`${image}: built`) as string });
    const second = workspace.nx('run', `${image}:image-build`);
    expect(second).toMatchObject({
      exitCode: 0,
      output: expect.stringMatching(/from the cache|local cache/) as string,
    });
  });

  it('builds nothing when Nx’s cache and all outputs are gone', () => {
    const before = workspace.readJson(imageJson) as ImageJson;
    workspace.nx('reset');
    workspace.remove('.nx', 'dist');
    const again = workspace.nx('run', `${image}:image-build`);
    expect(again).toMatchObject({ exitCode: 0, output: expect.stringContaining(`${image}: reused`) as string });
    expect(workspace.readJson(imageJson)).toEqual(before);
  });

  it('builds again when a file of the service changes, and says why', () => {
    const before = workspace.readJson(imageJson) as ImageJson;
    workspace.write({ [`services/${image}/hello.txt`]: 'hello again\n' });
    const again = workspace.nx('run', `${image}:image-build`);
    expect(again).toMatchObject({ exitCode: 0, output: expect.stringContaining('building, because') as string });
    expect((workspace.readJson(imageJson) as ImageJson).imageId).not.toBe(before.imageId);
  });

  it('fails with a coded error, and without a stack, where the Dockerfile is wrong', () => {
    workspace.write({ [`services/${image}/Dockerfile`]: 'FROM scratch\nCOPY missing.txt /\n' });
    const { exitCode, output } = workspace.nx('run', `${image}:image-build`);
    expect(exitCode).not.toBe(0);
    expect(output).toMatch(/CONTEXT_\w+ .*Dockerfile:2/);
    expect(output).not.toMatch(/\n\s+at /);
  });
});
