import { SlipwayError, type ProblemDetails } from '../../../errors/slipway-error';
import { renderTargetCommand } from '../render-target-command';
import { readRedactor } from '../secrets/read-redactor';
import type { Absence } from './away-account';
import { describeObject, objectKey, type ReadinessEdge } from './awaited-object';
import type { ObjectProblem, Obstacle } from './failure-watch';
import type { PodProblem } from './find-pod-problems';
import { describeWaiting, type LookedAt } from './look-round';
import { readEvidence } from './read-evidence';

/** The order in which obstacles are told of: what explains the others first. */
const URGENCY = ['config', 'image-pull', 'crash-loop', 'exited', 'job', 'unschedulable', 'object'] as const;

/**
 * The error of objects that will not become ready, with the reasons, events and log ends of all that is not ready; values of Secrets are
 * redacted.
 * @returns READINESS_IMAGE_NOT_PULLED, READINESS_POD_CRASH_LOOP, READINESS_POD_EXITED, READINESS_POD_INVALID, READINESS_POD_UNSCHEDULABLE,
 * READINESS_JOB_FAILED, READINESS_OBJECT_FAILED
 */
export async function explainFailure(
  final: readonly Obstacle[],
  waiting: readonly LookedAt[],
  edge: ReadinessEdge,
): Promise<SlipwayError> {
  const [worst] = final.toSorted(
    (left, right) => URGENCY.indexOf(left.problem.kind) - URGENCY.indexOf(right.problem.kind),
  );
  const looked = waiting.find(({ awaited }) => objectKey(awaited.object) === worst?.object);
  if (!worst || !looked) throw new Error('an obstacle names an object that is not waited for');
  const redact = await redactorOf(waiting, edge);
  // What the message tells of comes last: the end is what is shown of a long output.
  const others = waiting.filter((other) => other !== looked);
  const details = { toolOutput: redact(await readEvidence([...others, looked], edge)) };
  return describeObstacle(worst, looked, redact, details, edge);
}

/** What is left at the end of a wait. */
export interface UnfinishedWait {
  readonly waiting: readonly LookedAt[];
  readonly away: Absence | undefined;
  readonly timeoutMs: number;
}

/** The error of a wait whose time is over. @returns READINESS_TIMED_OUT, READINESS_API_AWAY */
export async function explainTimeOut(
  { waiting, away, timeoutMs }: UnfinishedWait,
  edge: ReadinessEdge,
): Promise<SlipwayError> {
  const seconds = timeoutMs / 1_000;
  if (away) {
    const facts = { seconds, awaySeconds: Math.round(away.forMs / 1_000), reason: away.message };
    return new SlipwayError('READINESS_API_AWAY', {
      ...facts,
      command: renderTargetCommand(edge.target, ['get', 'pods']),
    });
  }
  const redact = await redactorOf(waiting, edge);
  const pending = waiting.map((looked) => `\n  ${describeWaiting(looked)}`).join('');
  const toolOutput = redact(await readEvidence(waiting, edge));
  return new SlipwayError('READINESS_TIMED_OUT', { seconds, pending: redact(pending) }, { toolOutput });
}

async function redactorOf(waiting: readonly LookedAt[], edge: ReadinessEdge): Promise<(text: string) => string> {
  const namespaces = waiting.map(({ awaited }) => awaited.object.metadata?.namespace ?? edge.target.namespace);
  return readRedactor([...new Set(namespaces)], edge);
}

function describeObstacle(
  { pod, problem }: Obstacle,
  { awaited }: LookedAt,
  redact: (text: string) => string,
  details: ProblemDetails,
  { target }: ReadinessEdge,
): SlipwayError {
  const namespace = awaited.object.metadata?.namespace ?? target.namespace;
  const object = describeObject(awaited.object);
  const command = (...args: string[]): string => renderTargetCommand({ ...target, namespace }, args);
  const place = { source: awaited.source, object, reason: redact(problem.message || problem.reason) };
  if (isObjectProblem(problem)) {
    const { kind = '', metadata } = awaited.object;
    const facts = { ...place, command: command('describe', kind.toLowerCase(), metadata?.name ?? '') };
    return new SlipwayError(
      problem.kind === 'job' ? 'READINESS_JOB_FAILED' : 'READINESS_OBJECT_FAILED',
      facts,
      details,
    );
  }
  const facts = { ...place, pod: pod ?? '', container: problem.container ?? '' };
  const describe = command('describe', 'pod', facts.pod);
  switch (problem.kind) {
    case 'image-pull':
      return new SlipwayError('READINESS_IMAGE_NOT_PULLED', { ...facts, command: describe }, details);
    case 'config':
      return new SlipwayError('READINESS_POD_INVALID', { ...facts, command: describe }, details);
    case 'unschedulable':
      return new SlipwayError('READINESS_POD_UNSCHEDULABLE', { ...facts, command: describe }, details);
    case 'crash-loop':
    case 'exited': {
      const logs = command('logs', facts.pod, '--container', facts.container);
      return describeEnd({ ...facts, ...endOf(problem) }, problem.kind, logs, details);
    }
  }
}

function isObjectProblem(problem: Obstacle['problem']): problem is ObjectProblem {
  return problem.kind === 'job' || problem.kind === 'object';
}

function endOf({ restarts, exitCode, reason }: PodProblem): { ends: number; outcome: string } {
  const outcome = exitCode === undefined ? reason : `exit code ${exitCode}`;
  return { ends: restarts + 1, outcome };
}

function describeEnd(
  facts: { source: string; object: string; pod: string; container: string; ends: number; outcome: string },
  kind: 'crash-loop' | 'exited',
  logs: string,
  details: ProblemDetails,
): SlipwayError {
  return kind === 'crash-loop'
    ? new SlipwayError('READINESS_POD_CRASH_LOOP', { ...facts, command: `${logs} --previous` }, details)
    : new SlipwayError('READINESS_POD_EXITED', { ...facts, command: logs }, details);
}
