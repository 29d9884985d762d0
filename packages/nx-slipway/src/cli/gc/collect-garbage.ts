import type { Collector, GarbageItem } from './collector';

/** What became of one thing. */
export interface CollectedItem extends GarbageItem {
  /** Why it could not be removed; `null` where it was, or would be. */
  readonly problem: string | null;
}

/** What one collector found. */
export interface Collection {
  readonly title: string;
  /** Why it could not look; `null` where it could. */
  readonly problem: string | null;
  readonly items: readonly CollectedItem[];
}

/** How garbage is collected. */
export interface CollectingOptions {
  /** Removes nothing. */
  readonly dryRun: boolean;
  readonly signal: AbortSignal;
  /** Called after each thing. */
  readonly onItem: (item: CollectedItem) => void;
}

/** Collects with one collector after the other, and asks for each when the one before has done its work. What one cannot do is told, and keeps no other from its work. */
export async function collectGarbage(
  collectors: Iterable<Collector>,
  options: CollectingOptions,
): Promise<readonly Collection[]> {
  const collections: Collection[] = [];
  for (const collector of collectors) {
    options.signal.throwIfAborted();
    collections.push(await collectOne(collector, options));
  }
  return collections;
}

async function collectOne(collector: Collector, options: CollectingOptions): Promise<Collection> {
  const { title } = collector;
  const found = await attempt(() => collector.find(), options.signal);
  if ('problem' in found) return { title, problem: found.problem, items: [] };
  const items: CollectedItem[] = [];
  for (const item of found.value) {
    options.signal.throwIfAborted();
    const removed = options.dryRun ? { value: undefined } : await attempt(() => collector.remove(item), options.signal);
    const collected = { ...item, problem: 'problem' in removed ? removed.problem : null };
    items.push(collected);
    options.onItem(collected);
  }
  return { title, problem: null, items };
}

type Attempted<Value> = { readonly value: Value } | { readonly problem: string };

async function attempt<Value>(work: () => Promise<Value>, signal: AbortSignal): Promise<Attempted<Value>> {
  try {
    return { value: await work() };
  } catch (error) {
    signal.throwIfAborted();
    return { problem: error instanceof Error ? error.message : String(error) };
  }
}
