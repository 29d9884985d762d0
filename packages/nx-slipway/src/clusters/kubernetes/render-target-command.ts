import type { KubeTarget } from './kube-target';

/** A kubectl command that can be typed: `kubectl --kubeconfig … --context kind-x --namespace shop describe pod web-0`. Pure. */
export function renderTargetCommand(
  { kubeconfig, kubeContext, namespace }: KubeTarget,
  args: readonly string[],
): string {
  const words = ['--kubeconfig', kubeconfig, '--context', kubeContext, '--namespace', namespace, ...args];
  return ['kubectl', ...words.map(quoteWord)].join(' ');
}

function quoteWord(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}
