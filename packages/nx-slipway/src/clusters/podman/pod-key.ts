/** What names a pod in a cluster: `namespace/pod`. Pure. */
export function podKey({ namespace, name }: { readonly namespace: string; readonly name: string }): string {
  return `${namespace}/${name}`;
}
