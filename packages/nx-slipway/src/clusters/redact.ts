/** Shorter values are too common in logs to be taken for a secret. */
const SHORTEST_REDACTED = 4;

const MASK = '[redacted]';

/** Makes a function that replaces every secret value in a text, as it is and in base64. Longest first, so that no rest shows. Pure. */
export function createRedactor(secretValues: readonly string[]): (text: string) => string {
  const forms = secretValues
    .flatMap((value) => [value, ...value.split('\n').map((line) => line.trim())])
    .filter((value) => value.length >= SHORTEST_REDACTED)
    .flatMap((value) => [value, Buffer.from(value, 'utf8').toString('base64'), JSON.stringify(value).slice(1, -1)]);
  const sorted = [...new Set(forms)].sort((left, right) => right.length - left.length);
  return (text) => sorted.reduce((result, value) => result.replaceAll(value, MASK), text);
}
