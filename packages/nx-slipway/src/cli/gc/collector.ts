/** One thing that nothing needs any more. */
export interface GarbageItem {
  /** What it is, as its tool knows it, e.g. `localhost/web:i-0123…`. */
  readonly name: string;
  /** Why nothing needs it. */
  readonly reason: string;
  /** What its removal frees at most; `undefined` where that is not known. */
  readonly sizeBytes?: number;
}

/** Finds and removes one kind of what this plugin made and nothing needs any more. Never touches anything without our mark. */
export interface Collector<Item extends GarbageItem = GarbageItem> {
  /** What it collects, in the plural, e.g. `images of podman`. */
  readonly title: string;
  /** Changes nothing. Empty where the tool is not installed. @throws {SlipwayError} where the tool is there and cannot tell */
  find(): Promise<readonly Item[]>;
  /** Afterwards the item is gone; one that is gone already is no error. @throws {SlipwayError} where it cannot be removed, e.g. because it is used since */
  remove(item: Item): Promise<void>;
}
