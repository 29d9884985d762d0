import type { ApiAnswer } from '../kube-api';
import type { KubernetesTools } from '../kubernetes-tools';
import { writeInventory } from './finish-deploy';
import { emptyInventory, parseInventory } from './inventory';

describe('writeInventory', () => {
  /** Writes an inventory to a server that says this; what was applied by this process, and what kubectl was given. */
  async function write(answer: ApiAnswer | undefined): Promise<{ applied: unknown[]; byKubectl: string[] }> {
    const applied: unknown[] = [];
    const byKubectl: string[] = [];
    const edge = {
      target: { kubeconfig: '/k', kubeContext: 'kind-x', namespace: 'shop' },
      api: {
        apply: (...request: unknown[]) => {
          applied.push(request);
          return Promise.resolve(answer);
        },
      },
      kubectl: {
        attempt: (_: readonly string[], { input }: { readonly input: string }) => {
          byKubectl.push(input);
          return Promise.resolve({ status: 'ok', output: '' });
        },
      },
      tools: { clock: { now: () => 0 } },
    } as unknown as KubernetesTools;
    await writeInventory(emptyInventory('web'), edge);
    return { applied, byKubectl };
  }

  it('is done by this process, where the inventory is read from', async () => {
    const { applied, byKubectl } = await write({ status: 'ok', body: {} });
    expect(applied).toEqual([
      [
        '/api/v1/namespaces/shop/configmaps/nx-slipway-web-4b5e57f6',
        expect.objectContaining({ kind: 'ConfigMap' }),
        'nx-slipway',
      ],
    ]);
    expect(byKubectl).toEqual([]);
  });

  it.each<[string, ApiAnswer | undefined]>([
    ['only kubectl can authenticate', undefined],
    ['the server refuses', { status: 'refused', httpStatus: 409, message: 'conflict' }],
    ['the server is away', { status: 'unreachable', message: 'connect ECONNREFUSED' }],
  ])('is left to kubectl where %s', async (_, answer) => {
    const { byKubectl } = await write(answer);
    expect(byKubectl.map((input) => parseInventory(JSON.parse(input)))).toEqual([emptyInventory('web')]);
  });
});
