import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { followDockerProgress, parseStepName, renderStep } from './parse-docker-progress';

describe('parseStepName', () => {
  it.each([
    ['[3/7] RUN echo "a: b"', { stage: null, number: 3, total: 7, instruction: 'RUN echo "a: b"' }, '3/7'],
    ['[stage-1 4/5] COPY . .', { stage: 'stage-1', number: 4, total: 5, instruction: 'COPY . .' }, '[stage-1] 4/5'],
    ['[build  2/10] RUN x', { stage: 'build', number: 2, total: 10, instruction: 'RUN x' }, '[build] 2/10'],
  ])('reads %s', (name, expected, rendered) => {
    const step = parseStepName(name);
    expect(step).toEqual(expected);
    expect(step && renderStep(step)).toBe(rendered);
  });

  it.each(['[internal] load build context', 'exporting to image', 'FROM docker.io/library/debian:12'])(
    'takes "%s" for no step',
    (name) => expect(parseStepName(name)).toBeUndefined(),
  );
});

describe('followDockerProgress', () => {
  const linesOf = (name: string): string[] => {
    const progress = followDockerProgress();
    const recorded = readFileSync(join(__dirname, 'fixtures', name), 'utf8');
    return recorded.split('\n').flatMap((line) => progress.read(line) ?? []);
  };

  it('puts the number of its step before each line of docker 20.10, and leaves out what only BuildKit needs', () => {
    expect(linesOf('20.10/progress.txt')).toEqual([
      '[stage-1] 2/5 | WORKDIR /w',
      '[stage-1] 2/5 | CACHED',
      '[tools] 1/2 | FROM docker.io/library/debian:bookworm-slim',
      '[tools] 1/2 | CACHED',
      '[stage-1] 3/5 | COPY . .',
      '[stage-1] 3/5 | DONE 0.2s',
      '[tools] 2/2 | RUN echo hi > /t; echo err >&2',
      '[tools] 2/2 | err',
      '[tools] 2/2 | DONE 0.2s',
      '[stage-1] 4/5 | COPY --from=tools /t /t',
      '[stage-1] 4/5 | DONE 0.0s',
      '[stage-1] 5/5 | RUN cat /t; id; cat /proc/self/limits | grep -E "open|proc"',
      '[stage-1] 5/5 | hi',
      '[stage-1] 5/5 | uid=0(root) gid=0(root) groups=0(root)',
      '[stage-1] 5/5 | Max processes             96365                96365                processes ',
      '[stage-1] 5/5 | Max open files            20000                20000                files     ',
      '[stage-1] 5/5 | DONE 0.2s',
      'exporting to image',
    ]);
  });

  it('reads what buildx 0.24 prints', () => {
    const lines = linesOf('29/progress.txt');
    expect(lines).toContain('[tools] 2/2 | CACHED');
    expect(lines.at(-1)).toBe('exporting to image');
    expect(lines.join('\n')).not.toContain('internal');
  });

  it('shows why a base cannot be had, although it belongs to no step', () => {
    expect(linesOf('29/base-registry-refuses.txt')[0]).toMatch(
      /^\[internal\] load metadata for localhost\/nosuch:1: ERROR: failed to do request/,
    );
  });

  it('knows the step that runs, and then the one that failed, whatever else was started since', () => {
    const progress = followDockerProgress();
    const read = (...lines: string[]): string | undefined => {
      for (const line of lines) progress.read(line);
      return progress.current()?.instruction;
    };
    expect(read('#1 [a 1/2] RUN one', '#2 [b 1/2] RUN two')).toBe('RUN two');
    expect(read('#2 DONE 0.1s')).toBe('RUN one');
    expect(read('#3 [b 2/2] RUN three', '#1 ERROR: exit code: 1', '#3 CANCELED')).toBe('RUN one');
  });
});
