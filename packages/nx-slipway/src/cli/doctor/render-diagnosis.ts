import { renderContext, type DescribedContext } from './contexts/describe-context';
import type { Finding } from './finding';
import type { FixedFile } from './fixes/apply-fixes';
import { describeFindings, FINDINGS_VERSION, renderFinding, renderSum } from './render-findings';

/** All that `doctor` has to say. */
export interface Diagnosis {
  readonly contexts: readonly DescribedContext[];
  /** Sorted (`sortFindings`). */
  readonly findings: readonly Finding[];
  /** What `--fix` wrote; `undefined` without it. */
  readonly fixed: readonly FixedFile[] | undefined;
}

/** A diagnosis for a reader: by image, first what it is built from, then what was found; the workspace last, then what was written. Pure. */
export function renderDiagnosis({ contexts, findings, fixed }: Diagnosis): readonly string[] {
  const images = [...new Set([...contexts.map(({ image }) => image), ...findings.flatMap(({ image }) => image ?? [])])];
  const groups = images
    .toSorted()
    .map((image) => [
      `Image ${image}`,
      ...contexts.filter((context) => context.image === image).flatMap(renderContext),
      ...findings.filter((finding) => finding.image === image).flatMap(renderFinding),
    ]);
  const ofWorkspace = findings.filter(({ image }) => image === null).flatMap(renderFinding);
  const sections = [
    ...groups,
    ...(ofWorkspace.length === 0 ? [] : [['The workspace', ...ofWorkspace]]),
    ...(fixed ? [renderFixed(fixed)] : []),
    [renderSum(findings)],
  ];
  return sections.flatMap((section, index) => (index === 0 ? section : ['', ...section]));
}

/** A diagnosis as `--json` prints it. Pure. */
export function renderDiagnosisJson({ contexts, findings, fixed }: Diagnosis): string {
  const written = fixed && {
    written: fixed.flatMap(({ done }) => done),
    notWritten: fixed.flatMap(({ refused }) => refused),
  };
  return JSON.stringify(
    { schemaVersion: FINDINGS_VERSION, contexts, findings: describeFindings(findings), ...written },
    null,
    2,
  );
}

function renderFixed(fixed: readonly FixedFile[]): readonly string[] {
  const lines = fixed.flatMap(({ done, refused }) => [...done, ...refused]);
  return ['Written', ...(lines.length === 0 ? ['nothing'] : lines).map((line) => `  ${line}`)];
}
