import { X509Certificate } from 'node:crypto';

/** A kubeconfig of one kube context as `kubectl config view --raw --flatten --output json` prints it, as far as it is looked at. */
interface FlatKubeconfig {
  readonly users?: readonly { readonly user?: { readonly 'client-certificate-data'?: string } }[] | null;
}

/** When the client certificate of a flat kubeconfig expires; `undefined` where it has none, or one that cannot be read. Pure. */
export function findExpiry(kubeconfig: unknown): Date | undefined {
  const data = (kubeconfig as FlatKubeconfig).users?.[0]?.user?.['client-certificate-data'];
  if (!data) return undefined;
  try {
    return new Date(new X509Certificate(Buffer.from(data, 'base64')).validTo);
  } catch {
    return undefined;
  }
}
