import { CommandLineLab } from './command-line-lab';
import { openEngineLab, podman, type EngineLab } from './podman-engine-lab';

let engine: EngineLab;
let lab: CommandLineLab;

beforeEach(() => {
  engine = openEngineLab();
});

afterEach(async () => {
  await lab.remove();
  engine.dispose();
});

/** The files of a project that is narrowed to two of its files. */
function service(name: string, lines: readonly string[]): Record<string, string> {
  const options = { narrow: { 'COPY . /src': ['files:app', 'files:assets/one.svg'] } };
  return {
    [`${name}/Dockerfile`]: ['FROM scratch AS build', 'COPY . /src', 'FROM scratch', ...lines, ''].join('\n'),
    [`${name}/project.json`]: JSON.stringify({ name, targets: { 'image-build': { options } } }),
    [`${name}/app`]: engine.prefix,
    [`${name}/assets/one.svg`]: '<svg/>',
    [`${name}/assets/two.svg`]: '<svg/>',
  };
}

describe('prove', () => {
  test('an image that cannot be built, or is refused, does not keep the others from being proven', async () => {
    const [broken, whole, good] = ['a-broken', 'b-whole', 'c-good'].map((name) => `${engine.prefix}-${name}`);
    lab = await CommandLineLab.create(
      {
        'nx.json': JSON.stringify({ analytics: false, plugins: ['nx-slipway'] }),
        'package.json': '{ "private": true }',
        ...service(broken ?? '', ['COPY --from=build /src/app /app', 'FETCH everything']),
        ...service(whole ?? '', ['COPY --from=build /src/app /app', 'COPY --from=build /src/assets /assets']),
        ...service(good ?? '', ['COPY --from=build /src/app /app']),
      },
      { NX_SLIPWAY_STATE_DIR: engine.machineStore },
    );
    const answer = await lab.slipway(['prove', '--json', '--engine', 'podman']);
    const { images } = JSON.parse(answer.stdout) as { images: readonly object[] };
    expect(images).toMatchObject([
      { image: broken, status: 'failed', problem: { code: expect.stringMatching(/^DOCKERFILE_/) } },
      { image: whole, status: 'refused', surviving: [{ line: 5, text: 'COPY . /src' }] },
      { image: good, status: 'proven' },
    ]);
    expect(answer).toMatchObject({ exitCode: 1, stderr: expect.stringMatching(/DOCKERFILE_\w+.*FETCH/) });
    const lock = JSON.parse(await lab.read('slipway.lock.json')) as { proofs: object };
    expect(Object.keys(lock.proofs)).toEqual([good]);
    expect(podman('images', '--format', '{{.Repository}}')).not.toContain(engine.prefix);
  });
});
