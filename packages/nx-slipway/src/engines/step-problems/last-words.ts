/** How far back the words of a step that failed are looked at: Go prints the stacks of its goroutines after what it died of. */
const LAST_LINES = 100;

/** A line by which podman announces a step, or tells which one failed: what the Dockerfile says stands in it, which may be anything. */
const OF_PODMAN = /^(?:\[\d+\/\d+\] )?STEP \d+\/\d+: |^Error: building at STEP "/;

/** What the program in the last step of a `podman build` printed at its end. Pure. */
export function lastWordsInPodman(output: string): string {
  const lines = output.trimEnd().split('\n');
  const announced = lines.findLastIndex((line) => /^(?:\[\d+\/\d+\] )?STEP \d+\/\d+: /.test(line));
  return lines
    .slice(announced + 1)
    .filter((line) => !OF_PODMAN.test(line))
    .slice(-LAST_LINES)
    .join('\n');
}

/** What the program in the step of a `docker build` that failed printed at its end: BuildKit gives each line its step's number and time. Pure. */
export function lastWordsInDocker(output: string): string {
  const step = [...output.matchAll(/^#(\d+) ERROR: /gm)].at(-1)?.[1] ?? '';
  return [...output.matchAll(new RegExp(`^#${step} \\d+\\.\\d+ (.*)$`, 'gm'))]
    .map(([, line]) => line)
    .slice(-LAST_LINES)
    .join('\n');
}
