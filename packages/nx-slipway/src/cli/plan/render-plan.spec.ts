import { describeProblem } from '../../errors/slipway-error';
import { describeFailedPlan, type PlannedImage } from './describe-plan';
import { renderPlan } from './render-plan';

const IMAGE = { project: 'web', target: 'image-build', image: 'web', projectRoot: 'web', options: {} };
const FAILED = describeFailedPlan(
  IMAGE,
  { dockerfile: 'web/Dockerfile', contextRoot: 'web' },
  describeProblem('CONTEXT_PROOF_NOTHING_LEFT_OUT', { image: 'web' }),
);

function render(image: Partial<PlannedImage>): string {
  return renderPlan({ schemaVersion: 1, images: [{ ...FAILED, ...image }] }, false).join('\n');
}

describe('renderPlan', () => {
  test('says once what is wrong, and nothing of files that are not known', () => {
    const text = render({});
    expect(text.split('The rules of web leave nothing out')).toHaveLength(2);
    expect(text).not.toContain('staged');
  });

  test('counts one file as one', () => {
    const files = [{ path: 'a', kind: 'file' as const, mode: '0644', sha256: '0'.repeat(64) }];
    expect(render({ unknown: {}, problems: [], contentKey: '1', files, bytes: 1 })).toContain('1 file, 1 B');
  });
});
