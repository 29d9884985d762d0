import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { readWorkspace } from '../src/cli/workspace/read-workspace';
import { listWorkspaceImages, type ResolvedProject } from '../src/plugin/list-workspace-images';
import { CommandLineLab } from './command-line-lab';

const REPOSITORY = join(__dirname, '..', '..', '..');

let lab: CommandLineLab;

afterEach(() => lab.remove());

/** The images as the executors of a real Nx see them. */
async function imagesOfNx(): Promise<unknown> {
  expect(await lab.nx('graph', '--file=.nx/graph.json')).toMatchObject({ exitCode: 0 });
  const { graph } = JSON.parse(await lab.read('.nx/graph.json')) as {
    graph: { nodes: Record<string, { data: ResolvedProject }> };
  };
  return listWorkspaceImages(Object.fromEntries(Object.entries(graph.nodes).map(([name, { data }]) => [name, data])));
}

function project(content: object): string {
  return JSON.stringify(content);
}

const DOCKERFILE = 'FROM debian:bookworm-slim\n';

describe('readWorkspace gives the images and options that Nx gives the executors', () => {
  test('for projects of every kind, with targetDefaults, tokens, lists that are spread, and ignored folders', async () => {
    lab = await CommandLineLab.create({
      '.gitignore': 'node_modules\n.nx\n/out\n!keep\n',
      '.nxignore': 'apps/ignored\n',
      'nx.json': `{
        // a comment
        "analytics": false,
        "targetDefaults": {
          "image-build": { "options": { "timeoutSeconds": 7, "secrets": ["id=a,env=A"] } },
          "nx-slipway:image-build": { "options": { "buildArgs": { "ROOT": "{projectRoot}" }, "secrets": ["id=b,env=B"] } },
        },
        "plugins": ["nx-slipway"],
      }`,
      'package.json': project({ name: 'scratch', private: true, workspaces: ['packages/*'] }),
      'apps/web/project.json': project({
        name: 'frontend',
        targets: { 'image-build': { options: { image: 'shop/{projectName}', secrets: ['...', 'id=c,env=C'] } } },
      }),
      'apps/web/Dockerfile': DOCKERFILE,
      'apps/bare/Containerfile': DOCKERFILE,
      'apps/ignored/Dockerfile': DOCKERFILE,
      'out/Dockerfile': DOCKERFILE,
      'apps/node_modules/x/Dockerfile': DOCKERFILE,
      'packages/lib/package.json': project({
        name: '@scratch/lib',
        nx: {
          targets: { 'image-build': { options: { dockerfile: '{projectRoot}/Dockerfile', platform: 'linux/arm64' } } },
        },
      }),
      'packages/lib/Dockerfile': DOCKERFILE,
      'apps/own/project.json': project({
        name: 'own',
        targets: {
          pack: {
            executor: 'nx-slipway:image-build',
            options: { dockerfile: '{workspaceRoot}/apps/web/Dockerfile', image: 'own' },
          },
        },
      }),
    });
    const images = readWorkspace(lab.root).images;
    expect(images.map(({ image }) => image).toSorted()).toEqual(['bare', 'own', 'scratch/lib', 'shop/frontend']);
    expect(images).toEqual(await imagesOfNx());
  });

  test('for several registrations with include and exclude', async () => {
    lab = await CommandLineLab.create({
      'nx.json': project({
        analytics: false,
        plugins: [
          { plugin: 'nx-slipway', options: { cluster: false }, exclude: ['apps/{b,c}/**'] },
          {
            plugin: 'nx-slipway',
            options: { targetNames: { imageBuild: 'pack' } },
            include: ['apps/**', '!apps/c/**'],
          },
        ],
      }),
      'package.json': project({ name: 'scratch', private: true }),
      'apps/a/Dockerfile': DOCKERFILE,
      'apps/b/Dockerfile': DOCKERFILE,
      'apps/c/Dockerfile': DOCKERFILE,
      'apps/b/project.json': project({ name: 'bee', targets: { pack: { options: { image: 'bee' } } } }),
    });
    const images = readWorkspace(lab.root).images;
    expect(images.map(({ project: name, target }) => `${name}:${target}`)).toEqual([
      'a:image-build',
      'a:pack',
      'bee:pack',
    ]);
    expect(images).toEqual(await imagesOfNx());
  });

  test('and names the targets that can only report a problem', async () => {
    lab = await CommandLineLab.create({
      'nx.json': project({ analytics: false, plugins: ['nx-slipway'] }),
      'package.json': project({ name: 'scratch', private: true }),
      'apps/a/Dockerfile': DOCKERFILE,
      'apps/a/project.json': project({ name: 'a', targets: { 'image-build': { options: { image: 'NO' } } } }),
    });
    expect(readWorkspace(lab.root)).toMatchObject({
      images: [],
      broken: [{ project: 'a', target: 'image-build', problems: [{ code: 'CONFIG_OPTIONS_INVALID' }] }],
    });
    expect(await imagesOfNx()).toEqual([]);
  });
});

/** CPU time, since other work of the machine must not count. */
function cpuMsOf(run: () => void): number {
  const before = process.cpuUsage();
  run();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}

describe('the time that reading takes', () => {
  const MAX_MS_HERE = 150;
  const MAX_MS_500 = 500;

  test(`is at most ${MAX_MS_500} ms for 500 Dockerfiles, and ${MAX_MS_HERE} ms for this repository`, async () => {
    const services = Array.from({ length: 500 }, (_, index) => [`apps/s${index}/Dockerfile`, DOCKERFILE] as const);
    lab = await CommandLineLab.create({
      'nx.json': project({ analytics: false, plugins: ['nx-slipway'] }),
      'package.json': project({ name: 'scratch', private: true }),
      ...Object.fromEntries(services),
    });
    expect(cpuMsOf(() => expect(readWorkspace(lab.root).images).toHaveLength(500))).toBeLessThan(MAX_MS_500);
    expect(cpuMsOf(() => expect(readWorkspace(REPOSITORY).images.length).toBeGreaterThan(3))).toBeLessThan(MAX_MS_HERE);
  });

  test('of the help is that of Node and little more', async () => {
    lab = await CommandLineLab.create({});
    const command = join(__dirname, '..', 'dist', 'cli.js');
    const fastestOf = (args: readonly string[]): number => {
      const times = Array.from({ length: 7 }, () => {
        const startedAt = performance.now();
        execFileSync(process.execPath, [...args], { env: { PATH: process.env['PATH'] } });
        return performance.now() - startedAt;
      });
      return Math.min(...times);
    };
    expect(fastestOf([command, '--help']) - fastestOf(['-e', '0'])).toBeLessThan(20);
  });
});
