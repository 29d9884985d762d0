import { followSteps, parseStepLine, renderStepNumber } from './parse-build-output';

describe('parseStepLine', () => {
  it('reads a step of a Dockerfile with one stage', () => {
    expect(parseStepLine('STEP 3/7: RUN echo "a: b"')).toEqual({ number: 3, total: 7, instruction: 'RUN echo "a: b"' });
  });

  it('reads a step of one stage of several', () => {
    const step = parseStepLine('[2/3] STEP 4/5: COPY . .');
    expect(step).toEqual({ stage: { number: 2, total: 3 }, number: 4, total: 5, instruction: 'COPY . .' });
    expect(step && renderStepNumber(step)).toBe('[2/3] 4/5');
  });

  it.each(['[2/2] COMMIT localhost/web:1', '--> Using cache 12e67efab75', 'in STEP 3/7: of ours', ''])(
    'takes "%s" for no step',
    (line) => expect(parseStepLine(line)).toBeUndefined(),
  );
});

describe('followSteps', () => {
  it('puts the number of its step before each line, and nothing before the first step', () => {
    const steps = followSteps();
    const lines = ['Trying to pull', 'STEP 1/2: FROM a', 'STEP 2/2: RUN b', 'output of b', 'COMMIT'];
    expect(lines.map((line) => steps.prefix(line))).toEqual([
      'Trying to pull',
      '1/2 | FROM a',
      '2/2 | RUN b',
      '2/2 | output of b',
      '2/2 | COMMIT',
    ]);
    expect(steps.current()?.instruction).toBe('RUN b');
  });
});
