import { imageBuildOptionsSchema, normalizeImageBuildJob } from '../../../executors/image-build/image-build-options';
import type { DoctorGround } from '../check';
import { NO_CONTEXTS } from '../testing/no-contexts';
import { checkScripts } from './check-scripts';
import type { ScriptFile, ScriptKind } from './script-file';

const place = {
  project: 'web',
  target: 'image-build',
  workspaceRoot: '/w',
  projectRoot: 'apps/web',
  architecture: 'x64',
};
const GROUND: DoctorGround = {
  workspaceRoot: '/w',
  jobs: [{ job: normalizeImageBuildJob(imageBuildOptionsSchema.parse({}), place), dockerfileText: '' }],
  workspaceImages: [],
  lock: { schemaVersion: 1, bases: {}, proofs: {} },
  scripts: [],
  readText: () => undefined,
  ...NO_CONTEXTS,
};

function findingsIn(text: string, kind: ScriptKind = 'shell', path = 'tools/x.sh'): readonly string[] {
  const script: ScriptFile = { path, kind, text };
  return checkScripts({ ...GROUND, scripts: [script] }).map(
    ({ file, line, problem }) => `${file}:${line} ${problem.code}`,
  );
}

function codesIn(text: string): readonly string[] {
  return findingsIn(text).map((finding) => finding.replace('tools/x.sh:1 CONFIG_SCRIPT_', ''));
}

describe('checkScripts', () => {
  test.each([
    ['docker build --no-cache -t tool:1 tool', ['NO_CACHE']],
    ['docker build --no-cache=false -t tool:1 tool', []],
    ['sudo DOCKER_BUILDKIT=1 podman build --no-cache .', ['NO_CACHE']],
    ['buildah bud --no-cache .', ['NO_CACHE']],
    ['docker buildx build --no-cache --push -t r.io/tool:1 .', ['NO_CACHE']],
    ['$(CONTAINER_TOOL) build --no-cache .', ['NO_CACHE']],
    ['docker build -t tool .', ['LATEST']],
    ['docker build -t r.io:5000/tool:latest .', ['LATEST']],
    ['docker build -t "tool:$VERSION" .', []],
    ['docker build -t "$REGISTRY/tool:latest" .', ['LATEST']],
    ['docker pull redis', ['LATEST']],
    ['docker pull redis:7.2', []],
    ['docker push r.io/tool@sha256:12', []],
    ['kind load docker-image tool:latest --name dev', ['LATEST']],
    ['kind load docker-image tool:1 --name dev', []],
    ['docker build -t web:1 .', ['BUILDS_AGAIN']],
    ['docker build -t r.io/team/web:1 .', ['BUILDS_AGAIN']],
    ['docker build -t x:1 -f apps/web/Dockerfile .', ['BUILDS_AGAIN']],
    ['docker build -t x:1 ../apps/web', ['BUILDS_AGAIN']],
    ['docker build -t x:1 --build-arg A=apps/web other', []],
    ['docker build -t x:1 . && kubectl apply -f k8s', ['REBUILDS']],
    ['kubectl get pods && docker build -t x:1 .', []],
    ['docker run --rm x:1; docker compose build; docker ps', []],
    ['echo "docker build --no-cache ."', []],
    ['# docker build --no-cache .', []],
  ])('%s: %j', (text, codes) => {
    expect(codesIn(text)).toEqual(codes);
  });

  test('tells where the deploy is that a build stands before', () => {
    const text = 'set -e\npodman build -t x:1 .\n\nhelm upgrade --install x chart\n';
    const [finding] = checkScripts({ ...GROUND, scripts: [{ path: 'deploy.sh', kind: 'shell', text }] });
    expect(finding).toMatchObject({ image: null, file: 'deploy.sh', line: 2 });
    expect(finding?.problem.message).toBe(
      'deploy.sh:2 builds an image, and line 4 deploys (helm upgrade): each deploy pays for the build again. podman build -t x:1 .',
    );
  });

  test('takes npm scripts one by one', () => {
    const scripts = {
      image: 'docker build -t x:1 .',
      up: 'kubectl apply -f k8s',
      all: 'docker build -t y:1 . && skaffold run',
    };
    expect(findingsIn(JSON.stringify({ scripts }, null, 2), 'npm-scripts', 'package.json')).toEqual([
      'package.json:5 CONFIG_SCRIPT_REBUILDS',
    ]);
  });
});
