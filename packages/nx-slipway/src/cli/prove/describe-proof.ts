import type { TreeDifference } from '../../build-context/narrowing/compare-trees';
import { renderDifferences, SHOWN_DIFFERENCES } from '../../build-context/narrowing/render-differences';
import type { SurvivingCopy } from '../../build-context/narrowing/find-surviving-copies';
import type { WholeTreeRead } from '../../build-context/narrowing/find-whole-tree-reads';
import { describeProblem, type Problem } from '../../errors/slipway-error';
import type { NarrowingProof } from '../../executors/image-build/prove-narrowing';
import { renderBytes } from '../render-bytes';

/** One image as `npx nx-slipway prove --json` prints it. */
export interface DescribedProof {
  readonly image: string;
  /** `failed`: neither build could be made, or nothing could be prepared, so there is no verdict. */
  readonly status: NarrowingProof['status'] | 'failed';
  readonly reads: readonly WholeTreeRead[];
  readonly surviving: readonly SurvivingCopy[];
  /** What the narrowed build, or the proof itself, ended in; `null` where neither failed. */
  readonly problem: Problem | null;
  readonly wrong: readonly TreeDifference[];
  readonly unstable: readonly TreeDifference[];
  /** Of the staged context; `null` where it was not looked at. */
  readonly fullBytes: number | null;
  readonly narrowedBytes: number | null;
}

/** A proof as data. Pure. */
export function describeProof(image: string, proof: NarrowingProof): DescribedProof {
  const judged = 'full' in proof;
  return {
    image,
    status: proof.status,
    reads: proof.status === 'refused' ? proof.reads : [],
    surviving: proof.status === 'refused' ? proof.surviving : [],
    problem: proof.status === 'narrowed-build-fails' ? proof.problem : null,
    wrong: judged ? proof.wrong : [],
    unstable: judged ? proof.unstable : [],
    fullBytes: judged ? proof.full.buildContext.bytes : null,
    narrowedBytes: judged ? proof.prepared.buildContext.bytes : null,
  };
}

/** A proof that ended in a coded error as data. Pure. */
export function describeFailedProof(image: string, problem: Problem): DescribedProof {
  const nothing = { reads: [], surviving: [], wrong: [], unstable: [], fullBytes: null, narrowedBytes: null };
  return { image, status: 'failed', problem, ...nothing };
}

/** What keeps a narrowing from being proven; `undefined` where nothing does. Pure. */
export function findProofProblem(proof: DescribedProof, all = false): Problem | undefined {
  const most = all ? Infinity : SHOWN_DIFFERENCES;
  const { image } = proof;
  switch (proof.status) {
    case 'refused': {
      if (proof.reads.length === 0) {
        const copies = proof.surviving.map(({ line, text }) => `line ${line} (${text})`);
        return describeProblem('CONTEXT_PROOF_SURVIVING_COPY', { image, lines: copies.join(', ') });
      }
      const lines = proof.reads.map(({ line, command, reason }) => `line ${line}: "${command}" ${reason}`);
      return describeProblem('CONTEXT_PROOF_REFUSED', { image, lines: lines.join('; ') });
    }
    case 'nothing-left-out':
      return describeProblem('CONTEXT_PROOF_NOTHING_LEFT_OUT', { image });
    case 'narrowed-build-fails': {
      const reason = proof.problem?.message ?? '';
      const toolOutput = proof.problem?.toolOutput;
      return describeProblem('CONTEXT_PROOF_BUILD_FAILED', { image, reason }, toolOutput ? { toolOutput } : {});
    }
    case 'failed':
      return proof.problem ?? undefined;
    case 'wrong':
      return describeProblem('CONTEXT_PROOF_FAILED', {
        image,
        paths: renderDifferences(proof.wrong, most),
      });
    case 'not-reproducible':
      return describeProblem('CONTEXT_PROOF_UNREPRODUCIBLE', {
        image,
        paths: renderDifferences(proof.unstable, most),
      });
    default:
      return undefined;
  }
}

/** A proof's verdict in a line. Pure. */
export function renderProof({ image, status, fullBytes, narrowedBytes }: DescribedProof): string {
  if (status === 'nothing-to-prove') return `${image}: nothing to prove, its target has no option "narrow"`;
  if (status !== 'proven') return `${image}: not proven`;
  return `${image}: proven; its build context is ${renderBytes(narrowedBytes ?? 0)} instead of ${renderBytes(fullBytes ?? 0)}`;
}
