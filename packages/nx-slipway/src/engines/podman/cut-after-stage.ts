import type { ParsedDockerfile } from '../../dockerfile/parsed-dockerfile';

/**
 * The text of a Dockerfile without the stages that follow `stage` (a name, in any case, or a number from 0). Unchanged where it is
 * the last one, or is not there, which the engine then reports.
 */
export function cutAfterStage(text: string, { stages }: ParsedDockerfile, stage: string): string {
  const named = stages.findIndex(({ name }) => name === stage.toLowerCase());
  const index = named < 0 && /^\d+$/.test(stage) ? Number(stage) : named;
  const next = index < 0 ? undefined : stages[index + 1];
  const lines = text.split('\n');
  return next ? `${lines.slice(0, next.line - 1).join('\n')}\n` : text;
}
