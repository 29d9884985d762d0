import { readWorkspace } from '../src/cli/workspace/read-workspace';
import { listWorkspaceImages, type ResolvedProject } from '../src/plugin/list-workspace-images';
import { CommandLineLab } from './command-line-lab';

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
