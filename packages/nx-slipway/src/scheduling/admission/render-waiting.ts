import { renderMiB } from '../../artifact/memory-amount';
import type { AdmissionVerdict } from './admit';
import type { LedgerEntry } from './ledger';

/** How many of those that a build waits for are named. */
const SHOWN_BUILDS = 4;

/** One line that says for how much a build waits and behind whom. Pure. */
export function renderWaiting(
  { name, estimateMiB }: Pick<LedgerEntry, 'name' | 'estimateMiB'>,
  { reason, freeMiB, behind }: Extract<AdmissionVerdict, { status: 'waiting' }>,
): string {
  const others = renderBuilds(behind);
  switch (reason) {
    case 'memory':
      return `${name}: waiting for ${renderMiB(estimateMiB)} of memory, ${renderMiB(freeMiB)} are free, behind ${others}`;
    case 'slots':
      return `${name}: waiting, as many builds run on this machine as may (option "maxConcurrent"), behind ${others}`;
    case 'pressure':
      return `${name}: waiting for ${renderMiB(estimateMiB)} of memory, the machine is short of it now, behind ${others}`;
    case 'alone':
      return `${name}: waiting, since one of these builds has to run alone, behind ${others}`;
    case 'turn':
      return `${name}: waiting for ${renderMiB(estimateMiB)} of memory, ${others} comes first`;
  }
}

function renderBuilds(builds: readonly LedgerEntry[]): string {
  const named = builds.slice(0, SHOWN_BUILDS).map(({ name, estimateMiB }) => `${name} (${renderMiB(estimateMiB)})`);
  const more = builds.length - named.length;
  return [...named, ...(more > 0 ? [`${more} more`] : [])].join(', ');
}
