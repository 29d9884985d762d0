import { parse } from 'yaml';
import { renderKindConfig } from './render-kind-config';

const NOTHING = { cgroupV1: false, noSysResource: false };
const HEAD = 'kind: Cluster\napiVersion: kind.x-k8s.io/v1alpha4\n';
const render = (text: string | undefined, needs = NOTHING, containerdConfigPatches: string[] = []): unknown =>
  parse(
    renderKindConfig({
      userConfig: text === undefined ? undefined : { file: 'kind.yaml', text },
      needs,
      containerdConfigPatches,
    }),
  );

describe('renderKindConfig', () => {
  it('is no more than a cluster where nothing is said or needed', () => {
    expect(render(undefined)).toEqual({ kind: 'Cluster', apiVersion: 'kind.x-k8s.io/v1alpha4' });
  });

  it('puts what the machine needs before the patches of the user, which win', () => {
    const config = render(
      `${HEAD}nodes: [{role: control-plane}]\nkubeadmConfigPatches: ['kind: ClusterConfiguration']`,
      {
        cgroupV1: true,
        noSysResource: true,
      },
    ) as { nodes: unknown; kubeadmConfigPatches: string[] };
    expect(config.nodes).toEqual([{ role: 'control-plane' }]);
    expect(config.kubeadmConfigPatches.map((patch) => parse(patch) as unknown)).toEqual([
      { kind: 'KubeletConfiguration', failCgroupV1: false, featureGates: { KubeletInUserNamespace: true } },
      { kind: 'ClusterConfiguration' },
    ]);
  });

  it('says only what is needed', () => {
    const config = render(undefined, { cgroupV1: true, noSysResource: false }) as { kubeadmConfigPatches: string[] };
    expect(config.kubeadmConfigPatches).toEqual(['kind: KubeletConfiguration\nfailCgroupV1: false\n']);
  });

  it('keeps patches of containerd of both', () => {
    expect(render(`${HEAD}containerdConfigPatches: [b]`, NOTHING, ['a'])).toMatchObject({
      containerdConfigPatches: ['a', 'b'],
    });
  });

  it.each([
    ['no mapping', 'text', 'it is not a YAML mapping'],
    ['another kind', 'kind: Pod\napiVersion: v1', 'it must say "kind: Cluster"'],
    ['no YAML', 'a: [', 'it is not YAML: '],
    ['patches that are no list', `${HEAD}kubeadmConfigPatches: text`, 'kubeadmConfigPatches must be a list of texts'],
  ])('refuses a config with %s, naming the file', (_, text, reason) => {
    expect(() => render(text)).toThrow(
      expect.objectContaining({
        code: 'CONFIG_KIND_CONFIG_INVALID',
        message: expect.stringContaining(reason),
      }) as Error,
    );
    expect(() => render(text)).toThrow(/kind\.yaml/);
  });
});
