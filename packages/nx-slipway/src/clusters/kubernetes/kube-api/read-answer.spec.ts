import { readAnswer } from './read-answer';
import { readKubectlAnswer } from './get-by-kubectl';
import { needsProxy } from './needs-proxy';
import type { RunResult } from '../../../exec/process-runner';

describe('readAnswer', () => {
  it('parses JSON, and leaves logs as they are', () => {
    expect(readAnswer(200, 'application/json', '{"items":[]}')).toEqual({ status: 'ok', body: { items: [] } });
    expect(readAnswer(200, 'text/plain', '{"level":"info"}\n')).toEqual({ status: 'ok', body: '{"level":"info"}\n' });
  });

  it('tells what the server refused, by its Status or by its text', () => {
    const status = '{"kind":"Status","status":"Failure","message":"pods \\"x\\" not found","code":404}';
    expect(readAnswer(404, 'application/json', status)).toEqual({
      status: 'refused',
      httpStatus: 404,
      message: 'pods "x" not found',
    });
    expect(readAnswer(503, 'text/plain', 'not ready\n')).toMatchObject({ httpStatus: 503, message: 'not ready' });
    expect(readAnswer(500, 'text/plain', '')).toMatchObject({ message: 'HTTP 500' });
  });

  it('takes half an answer for none', () => {
    expect(readAnswer(200, 'application/json', '{"items":[')).toMatchObject({ status: 'unreachable' });
  });
});

describe('readKubectlAnswer', () => {
  const printed = (fields: Partial<RunResult>): RunResult => ({
    command: 'kubectl',
    args: [],
    status: 'failed',
    exitCode: 1,
    signal: undefined,
    stdout: '',
    stderr: '',
    output: '',
    durationMs: 1,
    ...fields,
  });

  it('parses JSON, but not a log that looks like it', () => {
    const ok = printed({ status: 'ok', stdout: '{"a":1}' });
    expect(readKubectlAnswer('/api/v1/pods', ok)).toEqual({ status: 'ok', body: { a: 1 } });
    expect(readKubectlAnswer('/api/v1/namespaces/n/pods/p/log?tailLines=1', ok)).toEqual({
      status: 'ok',
      body: '{"a":1}',
    });
  });

  // As kubectl v1.34 printed it.
  it.each([
    [
      'Error from server (NotFound): pods "web-0" not found\n',
      { status: 'refused', httpStatus: 404, message: 'pods "web-0" not found' },
    ],
    [
      'error: You must be logged in to the server (Unauthorized)\n',
      { status: 'refused', httpStatus: 401, message: 'Unauthorized' },
    ],
    [
      'The connection to the server 127.0.0.1:1 was refused - did you specify the right host or port?\n',
      {
        status: 'unreachable',
        message: 'The connection to the server 127.0.0.1:1 was refused - did you specify the right host or port?',
      },
    ],
  ])('understands %j', (stderr, answer) => {
    expect(readKubectlAnswer('/api/v1/pods', printed({ stderr }))).toEqual(answer);
  });
});

describe('needsProxy', () => {
  it.each([
    ['https://127.0.0.1:6443', { HTTPS_PROXY: 'http://p:1' }, false],
    ['https://localhost:6443', { https_proxy: 'http://p:1' }, false],
    ['https://[::1]:6443', { https_proxy: 'http://p:1' }, false],
    ['https://k8s.example.com', { https_proxy: 'http://p:1' }, true],
    ['https://k8s.example.com', { HTTP_PROXY: 'http://p:1' }, false],
  ])('of %s with %j is %s', (server, env, expected) => {
    expect(needsProxy(server, env)).toBe(expected);
  });
});
