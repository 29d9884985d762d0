import type { BuildContext, ContextEntry } from '../../build-context/build-context';
import { makeTree, removeTrees } from '../../build-context/testing/temporary-tree';
import { imageBuildOptionsSchema, normalizeImageBuildJob } from './image-build-options';
import { findSecretWarnings } from './find-secret-warnings';

const JOB = normalizeImageBuildJob(imageBuildOptionsSchema.parse({}), {
  project: 'web',
  target: 'image-build',
  workspaceRoot: '/w',
  projectRoot: 'web',
  architecture: 'x64',
});
const fileOf = (path: string, rest: Partial<ContextEntry> = {}): ContextEntry => ({
  path,
  kind: 'file',
  executable: false,
  bytes: 9,
  ...rest,
});

test('reads the beginning of candidates, or what stands in for them, and warns with the image and its target', () => {
  const root = makeTree({ id_rsa: '-----BEGIN PRIVATE KEY-----\n', '.env': 'DEBUG=1\n', 'a.pem': 'public' });
  const entries = [
    fileOf('id_rsa'),
    fileOf('.env'),
    fileOf('a.pem', { content: '-----BEGIN RSA PRIVATE KEY-----\n' }),
    fileOf('gone.pem'),
  ];
  const warnings = findSecretWarnings(JOB, { root, entries } as unknown as BuildContext);
  removeTrees([root]);
  expect(warnings.map(({ code, message }) => `${code} ${message}`)).toEqual([
    'CONTEXT_SECRET_SUSPECTED id_rsa goes into the build context of web, and it holds a private key.',
    'CONTEXT_SECRET_SUSPECTED a.pem goes into the build context of web, and it holds a private key.',
  ]);
  expect(warnings[0]?.hint).toContain('web:image-build');
});
