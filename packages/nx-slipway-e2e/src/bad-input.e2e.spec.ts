import { FreshWorkspace, type Environment } from './fresh-workspace';

/** What is wrong with a service, and what is said about it. */
interface BadInput {
  readonly title: string;
  /** The file that is wrong, relative to the service. */
  readonly path: string;
  readonly content: string;
  readonly target: string;
  readonly expected: RegExp;
}

const inDockerfile = (content: string): Pick<BadInput, 'path' | 'content' | 'target'> => ({
  path: 'Dockerfile',
  content,
  target: 'image-build',
});
const inManifest = (content: string): Pick<BadInput, 'path' | 'content' | 'target'> => ({
  path: 'k8s/a.yaml',
  content,
  target: 'deploy-only',
});

const BAD_INPUTS: readonly BadInput[] = [
  { title: 'an empty Dockerfile', ...inDockerfile(''), expected: /DOCKERFILE_EMPTY .*Dockerfile/ },
  {
    title: 'an unknown instruction',
    ...inDockerfile('FROM scratch\nCOPPY . /\n'),
    expected: /DOCKERFILE_SYNTAX_INVALID .*Dockerfile:2/,
  },
  {
    title: 'a COPY source that is not there',
    ...inDockerfile('FROM scratch\nCOPY nothing /\n'),
    expected: /CONTEXT_SOURCE_MISSING .*Dockerfile:2/,
  },
  {
    title: 'a base that cannot be had',
    ...inDockerfile('FROM localhost/no-such-base:1\n'),
    expected: /ENGINE_BASE_UNAVAILABLE .*localhost\/no-such-base:1/,
  },
  { title: 'a manifest that is not YAML', ...inManifest('kind: [\n'), expected: /DEPLOY_MANIFEST_INVALID .*a\.yaml/ },
  {
    title: 'a manifest without kind',
    ...inManifest('apiVersion: v1\nmetadata: {name: a}\n'),
    expected: /DEPLOY_MANIFEST_NOT_AN_OBJECT .*a\.yaml.*"kind"/,
  },
  {
    title: 'an object that podman cannot run',
    ...inManifest('apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata: {name: a}\n'),
    expected: /CLUSTER_UNSUPPORTED_OBJECT .*a\.yaml.*Ingress/,
  },
  {
    title: 'an image that nobody builds',
    ...inManifest('apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec: {containers: [{name: a, image: nobody}]}\n'),
    expected: /DEPLOY_IMAGE_UNKNOWN .*nobody/,
  },
];

describe('bad input ends in a coded error, without a stack', () => {
  let workspace: FreshWorkspace;
  let sound: string;
  const expectProblem = (expected: RegExp, env: Environment, ...args: string[]): void => {
    const { exitCode, output } = workspace.nxWith(env, ...args);
    expect(exitCode).toBe(1);
    expect(output).toMatch(expected);
    expect(output).not.toMatch(/\n\s+at .*:\d+/);
  };

  beforeAll(() => {
    workspace = new FreshWorkspace('23.2.1');
    sound = workspace.writeService('sound');
    expect(workspace.nx('run', `${sound}:image-build`)).toMatchObject({ exitCode: 0 });
  });
  afterAll(() => workspace?.destroy());

  it.each(BAD_INPUTS)('$title', ({ path, content, target, expected }) => {
    const project = workspace.writeService('bad');
    workspace.write({ [`services/${project}/${path}`]: content });
    try {
      expectProblem(expected, {}, 'run', `${project}:${target}`);
    } finally {
      workspace.remove(`services/${project}`);
    }
  });

  it('two projects that claim one image: names both', () => {
    const projects = ['twin-a', 'twin-b'].map((name) => workspace.writeService(name));
    const options = { image: `${workspace.id}-twin` };
    for (const name of projects) {
      workspace.write({
        [`services/${name}/project.json`]: JSON.stringify({ name, targets: { 'image-build': { options } } }),
      });
    }
    try {
      const both = new RegExp(`CONFIG_IMAGE_DUPLICATE .*${projects.join('.*')}`);
      expectProblem(both, {}, 'run', `${projects[0]}:image-build`);
    } finally {
      workspace.remove(...projects.map((name) => `services/${name}`));
    }
  });

  it('a Dockerfile that is not there, in a run of the tests: says which, and runs neither deploy nor tests', () => {
    const project = workspace.writeService('absent', { testOptions: { command: 'echo the-tests-ran' } });
    const config = workspace.readJson(`services/${project}/project.json`) as { targets: object };
    const dockerfile = `services/${project}/Other.Dockerfile`;
    const targets = { ...config.targets, 'image-build': { options: { dockerfile } } };
    workspace.write({ [`services/${project}/project.json`]: JSON.stringify({ ...config, targets }) });
    try {
      const { exitCode, output } = workspace.nx('run', `${project}:e2e`);
      expect(exitCode).not.toBe(0); // Nx 23 ends with 130 where a failed task is needed by several others.
      expect(output).toContain('DOCKERFILE_MISSING');
      expect(output).toContain(dockerfile);
      expect(output).not.toContain('the-tests-ran\n');
      expect(output).not.toMatch(/\n\s+at .*:\d+/);
    } finally {
      workspace.remove(`services/${project}`);
    }
  });

  it('a step that fails: its exit code and its last lines, also when it is run again', () => {
    const project = workspace.writeService('step', { run: 'seq 100 && exit 42' });
    for (let run = 0; run < 2; run++) {
      expectProblem(/BUILD_STEP_FAILED .*42[^]*\| .*100$/m, {}, 'run', `${project}:image-build`);
    }
    workspace.remove(`services/${project}`);
  });

  it.each([
    ['cut off', (text: string) => text.slice(0, -20)],
    ['changed by hand', (text: string) => text.replace('sha256:', 'md5:')],
  ])('an image.json that was %s: the command to type, which helps', (_how, damage) => {
    const imageJson = `dist/images/${sound}/image.json`;
    workspace.write({ [imageJson]: damage(workspace.read(imageJson)) });
    const remedy = `nx run ${sound}:image-build --skip-nx-cache`;
    const expected = new RegExp(`ARTIFACT_INVALID .*${imageJson}[^]*${remedy}`);
    expectProblem(expected, {}, 'run', `${sound}:deploy-only`, '--exclude-task-dependencies');
    expect(workspace.nx(...remedy.split(' ').slice(1))).toMatchObject({ exitCode: 0 });
    expect(workspace.readJson(imageJson)).toMatchObject({ name: sound });
  });

  it('an engine in NX_SLIPWAY_ENGINE that this version does not know', () => {
    const expected = /CONFIG_ENGINE_UNSUPPORTED .*"foo" \(from NX_SLIPWAY_ENGINE\)/;
    expectProblem(expected, { NX_SLIPWAY_ENGINE: 'foo' }, 'run', `${sound}:image-build`, '--skip-nx-cache');
  });

  it('a cluster in NX_SLIPWAY_CLUSTER that this version does not know', () => {
    const expected = /CONFIG_CLUSTER_UNSUPPORTED .*"minikube" \(from NX_SLIPWAY_CLUSTER\)/;
    expectProblem(expected, { NX_SLIPWAY_CLUSTER: 'minikube' }, 'run', 'cluster:cluster-up');
  });
});
