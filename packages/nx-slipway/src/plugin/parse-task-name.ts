/** A target of a project. */
export interface TaskName {
  readonly project: string;
  readonly target: string;
}

/** `build` is a target of the own project, `web:build` one of the project `web`. Pure. */
export function parseTaskName(task: string, ownProject: string): TaskName {
  const colon = task.indexOf(':');
  if (colon < 0) return { project: ownProject, target: task };
  return { project: task.slice(0, colon), target: task.slice(colon + 1) };
}
