import { createRedactor } from '../../redact';
import type { KubeApi } from '../kube-api';
import { listAt } from '../live-object';
import { secretValuesOf } from './list-secret-values';

/**
 * A function that replaces the values of all Secrets of some namespaces in a text. Secrets that we may not list cannot be redacted;
 * tokens of service accounts are among those that can.
 */
export async function readRedactor(
  namespaces: readonly string[],
  { api }: { readonly api: KubeApi },
): Promise<(text: string) => string> {
  const values = await Promise.all(
    namespaces.map(async (namespace) => {
      const answer = await api.get(`/api/v1/namespaces/${encodeURIComponent(namespace)}/secrets`);
      return answer.status === 'ok' ? listAt(answer.body, 'items').flatMap(secretValuesOf) : [];
    }),
  );
  return createRedactor(values.flat());
}
