/** The order of two texts by UTF-16 code units, for `sort`: no locale has a say. Pure. */
export function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
