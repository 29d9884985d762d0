/** A kubeconfig as `kubectl config view --output json` prints it, as far as it is looked at; certificates and tokens are left out or redacted. */
export interface KubeconfigView {
  readonly 'current-context'?: string;
  readonly contexts?: readonly { readonly name: string; readonly context: { readonly cluster: string } }[] | null;
  readonly clusters?: readonly { readonly name: string; readonly cluster: { readonly server?: string } }[] | null;
}

/** A kube context, and how it was come by. */
export interface ChosenContext {
  readonly kubeContext: string;
  /** URL of its API server. */
  readonly server: string;
  /** Completes a sentence: `the option kubeContext`. */
  readonly origin: string;
}

/** What there is to choose from, and what became of it. */
export type ContextChoice =
  | { readonly status: 'chosen'; readonly context: ChosenContext }
  /** `wanted` is what was looked for: a name in quotes, or that there is no current one. */
  | { readonly status: 'unknown'; readonly wanted: string; readonly found: readonly string[] };

/** Chooses the kube context: the option's, else the current one of the user's kubeconfig. Pure. */
export function chooseContext(view: KubeconfigView, option: string | undefined): ContextChoice {
  const found = (view.contexts ?? []).map(({ name }) => name);
  const name = option ?? view['current-context'];
  if (!name) return { status: 'unknown', wanted: 'that is current', found };
  const context = view.contexts?.find((one) => one.name === name)?.context;
  if (!context) return { status: 'unknown', wanted: `"${name}"`, found };
  const server = view.clusters?.find((one) => one.name === context.cluster)?.cluster.server ?? '(none)';
  const origin = option === undefined ? 'the current one of your kubeconfig' : 'the option kubeContext';
  return { status: 'chosen', context: { kubeContext: name, server, origin } };
}

/** Whether a kube context is on the allow list, whose entries are names, or names with `*` for any characters. Nothing is allowed by default. Pure. */
export function isContextAllowed(kubeContext: string, allowed: readonly string[]): boolean {
  return allowed.some((pattern) => {
    const source = pattern
      .split('*')
      .map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'))
      .join('.*');
    return new RegExp(`^${source}$`, 's').test(kubeContext);
  });
}
