import { catalogue } from './catalogue';
import { renderProblem, SHOWN_OUTPUT_LINES } from './render-problem';
import { describeProblem, isSlipwayError, SlipwayError } from './slipway-error';

const PREFIXES =
  /^(CONFIG|DOCKERFILE|CONTEXT|ENGINE|BUILD|ARTIFACT|CLUSTER|DEPLOY|READINESS|E2E|SCHEDULE|REPORT|INTERNAL)_[A-Z]+(_[A-Z]+)*$/;

describe.each(Object.entries(catalogue))('%s', (code, entry) => {
  it('has a known prefix, whole sentences, and ends with something to do', () => {
    expect(code).toMatch(PREFIXES);
    expect(entry.title).not.toMatch(/\.$/);
    expect(entry.message).toMatch(/[.}:)]$/);
    expect(entry.hint.length).toBeGreaterThan(10);
  });
});

describe('SlipwayError', () => {
  const error = new SlipwayError('DEPLOY_MANIFEST_MISSING', { project: 'web', path: 'k8s' });

  it('is recognised after crossing a process boundary as JSON', () => {
    const copy: unknown = JSON.parse(JSON.stringify(error));
    expect(isSlipwayError(copy)).toBe(true);
    expect((copy as SlipwayError).problem.message).toBe(
      'The option "manifests" of web names k8s, which does not exist.',
    );
  });

  it('does not take other errors for one of ours', () => {
    expect(isSlipwayError(new Error('x'))).toBe(false);
    expect(isSlipwayError(null)).toBe(false);
  });
});

describe('renderProblem', () => {
  it('shows the last lines of what a tool printed, and last what to do', () => {
    const toolOutput = Array.from({ length: 100 }, (_, index) => `line ${index + 1}`).join('\n');
    const facts = { token: '{commitSha}', stamps: 'GIT_COMMIT' };
    const lines = renderProblem(describeProblem('BUILD_STAMP_UNRESOLVED', facts, { toolOutput })).split('\n');
    expect(lines).toHaveLength(1 + SHOWN_OUTPUT_LINES + 1);
    expect(lines[0]).toMatch(/^BUILD_STAMP_UNRESOLVED {2}git cannot tell \{commitSha\}/);
    expect(lines.at(-2)).toBe('  | line 100');
    expect(lines.at(-1)).toMatch(/^ {2}Build in a git checkout/);
  });
});
