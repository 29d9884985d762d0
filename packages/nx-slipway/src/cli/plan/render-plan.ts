import { renderBytes } from '../render-bytes';
import { renderProblem } from '../../errors/render-problem';
import type { PlannedImage, PlanReport } from './describe-plan';

/** A plan as lines of text, an image at a time. Pure. */
export function renderPlan({ images }: PlanReport, withFiles: boolean): readonly string[] {
  return images.flatMap((image, index) => [...(index === 0 ? [] : ['']), ...renderImage(image, withFiles)]);
}

function renderImage(plan: PlannedImage, withFiles: boolean): string[] {
  const files = plan.files.filter(({ kind }) => kind === 'file').length;
  const heading = `${plan.image}  (${plan.project}:${plan.target}, ${plan.dockerfile}, build context ${plan.contextRoot})`;
  // Where not even the files are known, the error says all that there is to say.
  if (plan.unknown.files !== undefined) return [heading, ...plan.problems.map((problem) => renderProblem(problem))];
  const lines = [
    heading,
    row('content key', plan.contentKey ?? `not known: ${plan.unknown.contentKey ?? ''}`),
    row(
      'staged',
      `${files} ${files === 1 ? 'file' : 'files'}, ${renderBytes(plan.bytes)}${NARROWING_NOTES[plan.narrowing]}`,
    ),
    ...plan.bases.map(({ reference, digest }) => row('base', `${reference}  ${digest ?? 'not pinned'}`)),
    ...Object.entries(plan.stamps).map(([name, value]) => row('stamp', `${name}=${value}`)),
    ...plan.widened.map(({ line, reason }) => row('wide', line === null ? reason : `line ${line}: ${reason}`)),
    row('would', renderReuse(plan)),
  ];
  if (plan.suggestedNarrow) lines.push(row('suggested', `"narrow": ${JSON.stringify(plan.suggestedNarrow)}`));
  if (withFiles) lines.push(...plan.files.filter(({ kind }) => kind !== 'directory').map(({ path }) => `    ${path}`));
  return [...lines, ...plan.problems.map((problem) => renderProblem(problem))];
}

const NARROWING_NOTES: Readonly<Record<PlannedImage['narrowing'], string>> = {
  none: '',
  proven: ', narrowed and proven',
  trusted: ', narrowed and trusted',
  unproven: '; the narrowing is not proven and does not count',
};

function renderReuse({ reuse, unknown, contentKey }: PlannedImage): string {
  if (reuse) return `reuse ${reuse.imageId} (${reuse.engine})`;
  if (unknown.reuse !== undefined) return `build or reuse: not known, ${unknown.reuse}`;
  return contentKey === null ? 'not be built' : 'build';
}

function row(name: string, text: string): string {
  return `  ${name.padEnd(12)}${text}`;
}
