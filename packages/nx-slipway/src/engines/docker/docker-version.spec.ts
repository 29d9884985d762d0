import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { RunResult } from '../../exec/process-runner';
import { detectDockerVersions, parseDockerVersions } from './docker-version';

const recorded = (name: string): string => readFileSync(join(__dirname, 'fixtures', name, 'version.json'), 'utf8');

describe('parseDockerVersions', () => {
  it('knows that the client of docker 20.10 builds by itself, and a later one by buildx', () => {
    expect(parseDockerVersions(recorded('20.10'))).toEqual({
      client: '20.10.24+dfsg1',
      server: '20.10.24+dfsg1',
      frontEnd: 'integrated',
    });
    expect(parseDockerVersions(recorded('29'))).toMatchObject({ client: '28.2.2', frontEnd: 'buildx' });
  });

  it('says where no daemon answered', () => {
    expect(parseDockerVersions('{"Client":{"Version":"28.2.2"},"Server":null}')).toBeUndefined();
  });
});

describe('detectDockerVersions', () => {
  const detect = (stdout: string): Promise<unknown> => {
    const result = {
      command: 'docker',
      args: [],
      status: 'ok',
      exitCode: 0,
      signal: undefined,
      stderr: '',
      durationMs: 1,
    };
    const runner = { run: () => Promise.resolve({ ...result, stdout, output: stdout } as RunResult) };
    return detectDockerVersions({ runner, env: {}, signal: new AbortController().signal });
  };

  it('refuses an engine that is too old, and takes one that was built from source', async () => {
    const old = recorded('20.10').replaceAll('20.10.24+dfsg1', '19.03.15');
    await expect(detect(old)).rejects.toMatchObject({ code: 'ENGINE_VERSION_UNSUPPORTED' });
    await expect(detect(recorded('29'))).resolves.toMatchObject({ server: 'library-import' });
  });
});
