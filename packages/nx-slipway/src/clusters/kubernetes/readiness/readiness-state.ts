/** Whether an object is what it was asked to be. */
export type ReadinessState =
  | { readonly status: 'ready'; readonly message: string }
  | {
      /** `pending`: its controller is at it, or has not looked yet. `failed`: it will not become ready without help. */
      readonly status: 'pending' | 'failed';
      /** One word, as Kubernetes has it: `LessReady`, `ProgressDeadlineExceeded`. */
      readonly reason: string;
      readonly message: string;
    };

/** Ready. */
export function ready(message: string): ReadinessState {
  return { status: 'ready', message };
}

/** On its way. */
export function pending(reason: string, message: string): ReadinessState {
  return { status: 'pending', reason, message };
}

/** Not going to be ready. */
export function failed(reason: string, message: string): ReadinessState {
  return { status: 'failed', reason, message };
}
