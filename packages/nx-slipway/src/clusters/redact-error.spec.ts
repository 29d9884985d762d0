import { SlipwayError } from '../errors/slipway-error';
import { createRedactor } from './redact';
import { redactError } from './redact-error';

describe('redactError', () => {
  const redact = createRedactor(['hunter2hunter2']);

  it('takes Secret values out of message, stack and tool output, and keeps code and hint', () => {
    const facts = { source: 'a.yaml', container: 'app', pod: 'web-0', reason: 'exec: "hunter2hunter2": not found' };
    const error = new SlipwayError('CLUSTER_CONTAINER_NOT_STARTED', facts, { toolOutput: 'runc: hunter2hunter2' });
    const { hint } = error.problem;
    expect(redactError(error, redact)).toBe(error);
    expect(error.message).toContain('exec: "[redacted]": not found');
    expect(error.problem).toMatchObject({
      code: 'CLUSTER_CONTAINER_NOT_STARTED',
      hint,
      toolOutput: 'runc: [redacted]',
    });
    expect(error.problem.message).toBe(error.message);
    expect(`${error.stack}${JSON.stringify(error)}`).not.toContain('hunter2hunter2');
  });

  it('takes them out of other errors, and leaves what is no error', () => {
    expect(redactError(new Error('no hunter2hunter2'), redact)).toMatchObject({ message: 'no [redacted]' });
    expect(redactError('cancelled', redact)).toBe('cancelled');
  });
});
