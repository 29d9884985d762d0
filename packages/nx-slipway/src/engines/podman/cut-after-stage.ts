import { listInstructions } from './list-instructions';

/**
 * A Dockerfile without the stages that follow `stage` (a name, in any case, or a number from 0). Unchanged where it is the
 * last one, or is not there, which the engine then reports.
 */
export function cutAfterStage(dockerfile: string, stage: string): string {
  const froms = listInstructions(dockerfile).filter(({ text }) => /^FROM\s/i.test(text));
  const names = froms.map(({ text }) => /\sAS\s+(\S+)\s*$/i.exec(text)?.[1]?.toLowerCase());
  const named = names.indexOf(stage.toLowerCase());
  const index = named < 0 && /^\d+$/.test(stage) ? Number(stage) : named;
  const next = index < 0 ? undefined : froms[index + 1];
  return next ? `${dockerfile.split('\n').slice(0, next.lineIndex).join('\n')}\n` : dockerfile;
}
