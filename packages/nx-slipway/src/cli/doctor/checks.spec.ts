import { imageBuildOptionsSchema, normalizeImageBuildJob } from '../../executors/image-build/image-build-options';
import { checkBases } from './check-bases';
import type { DoctorGround } from './check';
import { checkStamps, findStampReason } from './check-stamps';
import { renderDiagnosis, renderDiagnosisJson } from './render-diagnosis';
import { sortFindings } from './render-findings';
import { NO_CONTEXTS } from './testing/no-contexts';

const DIGEST = `sha256:${'1'.repeat(64)}`;

function groundOf(
  options: Readonly<Record<string, unknown>>,
  dockerfile: string,
  files: Readonly<Record<string, string>> = {},
): DoctorGround {
  const place = {
    project: 'web',
    target: 'image-build',
    workspaceRoot: '/w',
    projectRoot: 'apps/web',
    architecture: 'x64',
  };
  const job = normalizeImageBuildJob(imageBuildOptionsSchema.parse(options), place);
  return {
    workspaceRoot: '/w',
    jobs: [{ job, dockerfileText: dockerfile }],
    workspaceImages: [{ image: 'web', project: 'web', target: 'image-build', projectRoot: 'apps/web', options }],
    lock: { schemaVersion: 1, bases: { 'debian:12': { digest: DIGEST } }, proofs: {} },
    scripts: [],
    readText: (path) => files[path],
    ...NO_CONTEXTS,
  };
}

describe('findStampReason', () => {
  test.each([
    ['GIT_COMMIT', 'abc'],
    ['BUILD_DATE', 'x'],
    ['VERSION', '1.2.3'],
    ['APP_VERSION', '1.2.3'],
    ['SHA', 'x'],
    ['BUILD_NUMBER', '17'],
    ['ANY', '$(git rev-parse HEAD)'],
    ['ANY', '$(date -u +%F)'],
    ['ANY', '{commitSha}'],
    ['ANY', 'da39a3ee5e6b4b0d3255bfef95601890afd80709'],
    ['ANY', '2026-11-24T09:00:00Z'],
  ])('%s=%s', (name, value) => {
    expect(findStampReason(name, value)).toBeDefined();
  });

  test.each([
    ['GO_VERSION', '1.22'],
    ['PYTHON_VERSION', '3.11'],
    ['TARGET', 'runtime'],
    ['BASE_TAG', 'bookworm-slim'],
    ['CHECKSUM', 'sha256:1'],
    ['USER_ID', '1000'],
  ])('not %s=%s', (name, value) => {
    expect(findStampReason(name, value)).toBeUndefined();
  });
});

describe('checkStamps', () => {
  test('tells the line of the option', () => {
    const targets = { 'image-build': { options: { buildArgs: { GO: '1', GIT_SHA: 'x' } } } };
    const files = { 'apps/web/project.json': JSON.stringify({ name: 'web', targets }, null, 2) };
    const ground = groundOf({ buildArgs: { GO: '1', GIT_SHA: 'x' } }, 'FROM debian:12\n', files);
    expect(checkStamps(ground)).toMatchObject([
      { image: 'web', file: 'apps/web/project.json', line: 8, problem: { code: 'CONFIG_STAMP_IN_ARGUMENTS' } },
    ]);
    expect(checkStamps({ ...ground, readText: () => undefined })).toMatchObject([{ file: null, line: null }]);
  });

  test.each([
    ['GIT_SHA', 'LABEL sha=$GIT_SHA', true],
    ['GIT_SHA', 'RUN git checkout $GIT_SHA', false],
    ['APP_VERSION', 'LABEL version=$APP_VERSION', false],
  ])('of %s with %s: may be moved: %s', (name, instruction, mayMove) => {
    const buildArgs = { [name]: 'x' };
    const files = {
      'apps/web/project.json': JSON.stringify({ targets: { 'image-build': { options: { buildArgs } } } }),
    };
    const [finding] = checkStamps(groundOf({ buildArgs }, `FROM debian:12\nARG ${name}\n${instruction}\n`, files));
    expect(finding?.fix !== undefined).toBe(mayMove);
  });
});

describe('checkBases', () => {
  test('finds bases that are not pinned, and those without a version', () => {
    const found = checkBases(groundOf({}, 'FROM debian:12 AS a\nFROM redis\nCOPY --from=tool:latest / /\n'));
    expect(found.map(({ line, problem }) => `${line} ${problem.code}`)).toEqual([
      '2 CONTEXT_BASE_UNPINNED',
      '2 CONTEXT_BASE_LATEST',
      '3 CONTEXT_BASE_UNPINNED',
      '3 CONTEXT_BASE_LATEST',
    ]);
  });
});

describe('findings', () => {
  const findings = sortFindings([
    ...checkBases(groundOf({}, 'FROM debian:11\n')).map((finding) => ({ ...finding, image: null, file: 'b', line: 1 })),
    ...checkBases(groundOf({}, 'FROM debian:12\nFROM debian:11\n')),
  ]);

  test('are shown by image, those of the workspace last', () => {
    expect(renderDiagnosis({ contexts: [], findings, fixed: undefined })).toEqual([
      'Image web',
      '  apps/web/Dockerfile:2  warning CONTEXT_BASE_UNPINNED',
      expect.stringContaining('debian:11'),
      '    Pin it: npx nx-slipway lock',
      '',
      'The workspace',
      '  b:1  warning CONTEXT_BASE_UNPINNED',
      expect.stringContaining('debian:11'),
      '    Pin it: npx nx-slipway lock',
      '',
      '2 warnings, 0 of lesser weight.',
    ]);
    expect(renderDiagnosis({ contexts: [], findings: [], fixed: undefined })).toEqual(['Nothing was found.']);
  });

  test('are printed as JSON in the documented shape', () => {
    expect(JSON.parse(renderDiagnosisJson({ contexts: [], findings, fixed: undefined }))).toMatchObject({
      schemaVersion: 1,
      findings: [
        { image: 'web', file: 'apps/web/Dockerfile', line: 2, code: 'CONTEXT_BASE_UNPINNED', severity: 'warning' },
        { image: null, fix: 'Pin it: npx nx-slipway lock' },
      ],
    });
  });
});
