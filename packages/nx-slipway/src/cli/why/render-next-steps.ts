/** Whether an engine has the image that the working tree gives. */
export interface FoundImage {
  readonly engine: string;
  readonly keyTag: string;
  readonly isThere: boolean;
}

/** What can be done where no build is remembered, as lines of text. Pure. */
export function renderNextSteps(
  { project, target }: { readonly project: string; readonly target: string },
  found: FoundImage | undefined,
): readonly string[] {
  const known =
    found &&
    (found.isThere ? `has ${found.keyTag}: it would not be built` : `has no ${found.keyTag}: it would be built`);
  return [
    ...(found === undefined ? [] : [`  ${found.engine} ${known}.`]),
    `  Run \`npx nx run ${project}:${target} --skip-nx-cache\`, which remembers it; after the next change \`why\` compares with that.`,
  ];
}
