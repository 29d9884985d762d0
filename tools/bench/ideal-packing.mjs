// Computes the shortest time in which builds can run below a limit of memory.
//   node tools/bench/ideal-packing.mjs LIMIT_MIB < lines of "NAME MIB SECONDS"
// Prints it in seconds. Tried are all orders, each build starting at the first moment at which it fits beside those before it in the order: one of
// these schedules is the shortest there is (serial schedule generation gives all active schedules; Kolisch 1996).
import { readFileSync } from 'node:fs';

const limit = Number(process.argv[2]);
const builds = readFileSync(0, 'utf8')
  .trim()
  .split('\n')
  .map((line) => line.split(' '))
  .map(([name, size, seconds]) => ({ name, size: Math.min(Number(size), limit), seconds: Number(seconds) }));

let best = Infinity;
search([], builds);
console.log(best.toFixed(1));

function search(placed, left) {
  if (Math.max(0, ...placed.map(({ end }) => end)) >= best) return;
  if (left.length === 0) {
    best = Math.max(...placed.map(({ end }) => end));
    return;
  }
  for (const build of left) {
    const start = [0, ...placed.map(({ end }) => end)]
      .toSorted((one, other) => one - other)
      .find((at) => fits(build, at, placed));
    const next = { ...build, start, end: start + build.seconds };
    search(
      [...placed, next],
      left.filter((other) => other !== build),
    );
  }
}

/** Whether there is room for all of a build's time. */
function fits({ size, seconds }, start, placed) {
  const moments = [start, ...placed.map((other) => other.start).filter((at) => at > start && at < start + seconds)];
  return moments.every((at) => {
    const beside = placed.filter((other) => other.start <= at && other.end > at);
    return beside.reduce((sum, other) => sum + other.size, size) <= limit;
  });
}
