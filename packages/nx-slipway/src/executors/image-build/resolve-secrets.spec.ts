import { imageBuildOptionsSchema, normalizeImageBuildJob, type ImageBuildJob } from './image-build-options';
import { resolveSecrets } from './resolve-secrets';

function jobWith(options: Readonly<Record<string, unknown>>): ImageBuildJob {
  const place = { project: 'web', target: 'image-build', workspaceRoot: '/w', projectRoot: 'web', architecture: 'x64' };
  return normalizeImageBuildJob(imageBuildOptionsSchema.parse(options), place);
}

describe('resolveSecrets', () => {
  it.each([
    ['id=pip,src=conf/pip.conf', 'id=pip,src=/w/conf/pip.conf'],
    ['id=pip,src=/etc/pip.conf', 'id=pip,src=/etc/pip.conf'],
    ['source=a=b,id=pip', 'id=pip,src=/w/a=b'],
    ['id=token,env=TOKEN', 'id=token,env=TOKEN'],
    [' id=token, env=TOKEN', 'id=token,env=TOKEN'],
    ['id=token,type=env,src=TOKEN', 'id=token,env=TOKEN'],
    ['id=token,type=env,env=TOKEN', 'id=token,env=TOKEN'],
    ['type=env,id=TOKEN', 'id=TOKEN,env=TOKEN'],
    ['id=pip,type=file,src=pip.conf', 'id=pip,src=/w/pip.conf'],
  ])('completes %j', (secret, expected) => {
    expect(resolveSecrets(jobWith({ secrets: [secret] }), {})).toEqual([expected]);
  });

  it.each([
    'src=a',
    'id=a',
    'id=,src=a',
    'hunter2',
    'id=a,src=b,hunter2',
    'id=a,type=hunter2,src=b',
    'id=a,type=file,env=B',
    'id=a,src=b,env=C',
    'id=a,type=env,src=b,env=C',
    'id=a,src=b,src=c',
    'id=a,src=b,mode=0400',
  ])('refuses %j without showing more than its id', (secret) => {
    const resolve = (): unknown => resolveSecrets(jobWith({ secrets: [secret] }), {});
    expect(resolve).toThrow(/^The secret (a|\(without id\)) of web cannot be used: its? /);
    expect(resolve).not.toThrow(/hunter2/);
  });

  it('adds the CA bundle that the environment names as the secret host-ca', () => {
    const job = jobWith({ secrets: ['id=token,env=T'], trustHostCa: true });
    expect(resolveSecrets(job, { SSL_CERT_FILE: __filename })).toEqual([
      'id=token,env=T',
      `id=host-ca,src=${__filename}`,
    ]);
  });
});
