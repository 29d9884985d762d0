/** What is read by its path in the API, by the path of the list that it is in: objects of one kind and namespace. Pure. */
export function groupByCollection<Item extends { readonly path: string }>(
  items: readonly Item[],
): ReadonlyMap<string, readonly Item[]> {
  const groups = new Map<string, Item[]>();
  for (const item of items) {
    const collection = item.path.slice(0, item.path.lastIndexOf('/'));
    groups.set(collection, [...(groups.get(collection) ?? []), item]);
  }
  return groups;
}
