import type { ContextRead } from '../../dockerfile/list-copy-sources';
import type { NarrowedCopy } from './parse-narrow-rule';
import { planReads, type NarrowingQuestion } from './plan-reads';
import type { RuleSelection } from './rule-selection';

const READ: ContextRead = {
  instruction: 'COPY',
  line: 9,
  text: 'COPY . .',
  sources: [''],
  excludes: [],
  parents: false,
  resolved: true,
  doubt: null,
  stage: 0,
  destination: '/src',
  destinationIsFolder: true,
};
const OTHER = { ...READ, line: 3, text: 'COPY go.mod ./', sources: ['go.mod'] };
const SELECTION: RuleSelection = { files: new Map(), replaced: new Map(), globs: ['cmd/*'], widened: [] };
const NARROW: NarrowedCopy = { copyText: 'COPY . .', rules: [{ kind: 'go', package: './cmd' }], trusted: false };

function plan(question: Partial<NarrowingQuestion> = {}) {
  return planReads({
    image: 'web',
    source: 'web/Dockerfile',
    reads: [OTHER, READ],
    narrow: [NARROW],
    mode: 'proven',
    isProven: false,
    selectByRule: () => SELECTION,
    ...question,
  });
}

describe('planReads', () => {
  test('without the option nothing is narrowed', () => {
    expect(plan({ narrow: [] })).toEqual({ reads: [OTHER, READ], status: 'none', problems: [] });
  });

  test.each([
    ['proven', { isProven: true }],
    ['trusted', { narrow: [{ ...NARROW, trusted: true }] }],
    ['proven', { mode: 'assumed' as const }],
  ])('%s: only the instruction that is named is narrowed', (status, question) => {
    expect(plan(question)).toEqual({
      reads: [OTHER, { ...READ, narrowedTo: [SELECTION] }],
      status,
      problems: [],
    });
  });

  test('an unproven rule does not count, and a warning says how to prove it', () => {
    const { reads, status, problems } = plan();
    expect(reads).toEqual([OTHER, READ]);
    expect(status).toBe('unproven');
    expect(problems).toMatchObject([{ code: 'CONTEXT_NARROW_UNPROVEN', severity: 'warning' }]);
    expect(problems[0]?.hint).toContain('npx nx-slipway prove web');
  });

  test('off: everything is read, without a warning', () => {
    expect(plan({ mode: 'off', isProven: true })).toEqual({ reads: [OTHER, READ], status: 'unproven', problems: [] });
  });

  test('what is not understood is not narrowed', () => {
    const unknown = { ...READ, resolved: false, doubt: 'it is odd' };
    expect(plan({ reads: [unknown], isProven: true }).reads).toEqual([unknown]);
  });

  test('a rule for an instruction that is not there is refused, also where it would not count', () => {
    const wrong = { narrow: [{ ...NARROW, copyText: 'COPY src .' }] };
    expect(() => plan(wrong)).toThrow('has no such instruction');
    expect(() => plan(wrong)).toThrow('"COPY . ." (line 9)');
  });
});
