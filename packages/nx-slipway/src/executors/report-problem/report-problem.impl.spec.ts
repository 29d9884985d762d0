import { describeProblem } from '../../errors/slipway-error';
import { reportProblem } from './report-problem.impl';

it('prints every problem with its hint, and fails', async () => {
  const written: string[] = [];
  const write = jest.spyOn(process.stdout, 'write').mockImplementation((text) => written.push(String(text)) > 0);
  try {
    const problems = [
      describeProblem('CONFIG_NEEDS_CYCLE', { cycle: 'a -> b -> a' }),
      describeProblem('CONFIG_CLUSTER_DISABLED', { target: 'web:e2e' }),
    ];
    await expect(reportProblem({ problems })).resolves.toEqual({ success: false });
  } finally {
    write.mockRestore();
  }
  expect(written).toHaveLength(2);
  expect(written[0]).toMatch(/^CONFIG_NEEDS_CYCLE {2}.*a -> b -> a\.\n {2}Remove one/s);
  expect(written[1]).toContain('web:e2e');
});
