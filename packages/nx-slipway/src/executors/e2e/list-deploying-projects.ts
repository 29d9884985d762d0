/**
 * The projects whose deploys a test runs against: its own, and all that these need, in the order in which they were found.
 * Pure; a cycle ends where it closes.
 * @param needsOf the option `needs` of a project's `deploy-only`; `undefined` where it deploys nothing
 */
export function listDeployingProjects(
  project: string,
  needsOf: (project: string) => readonly string[] | undefined,
): string[] {
  const found = new Set<string>();
  const visit = (name: string): void => {
    const needs = needsOf(name);
    if (needs === undefined || found.has(name)) return;
    found.add(name);
    needs.forEach(visit);
  };
  visit(project);
  return [...found];
}
