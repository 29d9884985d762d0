import { clusterChoiceSchema, resolveClusterChoice } from './cluster-choice';

describe('resolveClusterChoice', () => {
  it('takes the environment before the option, and podman where nothing is said', () => {
    expect(resolveClusterChoice(undefined, {}).provider).toBe('podman');
    expect(resolveClusterChoice({ provider: 'kind' }, {}).provider).toBe('kind');
    expect(resolveClusterChoice({ provider: 'kind' }, { NX_SLIPWAY_CLUSTER: 'existing' }).provider).toBe('existing');
    expect(resolveClusterChoice({ provider: 'kind' }, { NX_SLIPWAY_CLUSTER: '' }).provider).toBe('kind');
  });

  it('says where a provider comes from that it does not know', () => {
    expect(() => resolveClusterChoice({ provider: 'k3d' }, {})).toThrow(/"k3d" \(from the plugin options\)/);
    expect(() => resolveClusterChoice({}, { NX_SLIPWAY_CLUSTER: 'k3d' })).toThrow(/"k3d" \(from NX_SLIPWAY_CLUSTER\)/);
  });

  it('keeps options of another provider for when that is chosen', () => {
    const choice = { provider: 'podman', kind: { nodeImage: 'kindest/node:v1.34.4' }, kubeContext: 'k3d-dev' };
    expect(resolveClusterChoice(choice, {})).toEqual(choice);
    expect(resolveClusterChoice(choice, { NX_SLIPWAY_CLUSTER: 'kind' })).toEqual({ ...choice, provider: 'kind' });
  });

  it('refuses a transport that the provider cannot have, unless the environment switched the provider', () => {
    const coded = expect.objectContaining({ code: 'CONFIG_CLUSTER_OPTION_INAPPLICABLE' }) as Error;
    expect(() => resolveClusterChoice({ provider: 'existing', transport: 'layers' }, {})).toThrow(coded);
    expect(() => resolveClusterChoice({ provider: 'kind', transport: 'registry' }, {})).toThrow(coded);
    const switched = resolveClusterChoice(
      { provider: 'kind', transport: 'layers' },
      { NX_SLIPWAY_CLUSTER: 'existing' },
    );
    expect(switched).toEqual({ provider: 'existing' });
  });
});

describe('clusterChoiceSchema', () => {
  it.each([
    [{ kind: { config: 'kind.yaml', nodeImage: 'a', recreate: true } }],
    [{ kubeContext: 'prod', allowedKubeContexts: ['k3d-*', 'minikube'], namespace: 'pr-{branch}', timeToLive: '12h' }],
    [{ transport: 'registry', registry: { repository: 'localhost:5001/team' } }],
  ])('takes %j', (choice) => {
    expect(clusterChoiceSchema.safeParse(choice).success).toBe(true);
  });

  it.each([
    [{ allowedKubeContexts: ['*'] }],
    [{ kind: { config: '/etc/kind.yaml' } }],
    [{ kind: { config: '../kind.yaml' } }],
    [{ kind: { image: 'a' } }],
    [{ timeToLive: 'a week' }],
    [{ timeToLive: '0d' }],
    [{ registry: { repository: 'https://ghcr.io/acme' } }],
    [{ registry: { repository: 'localhost:5001/team', endpoint: 'kind-registry:5000' } }],
    [{ registry: { repository: 'ghcr.io/acme:tag' } }],
    [{ transport: 'pigeon' }],
    [{ context: 'x' }],
  ])('refuses %j', (choice) => {
    expect(clusterChoiceSchema.safeParse(choice).success).toBe(false);
  });
});
