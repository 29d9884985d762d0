import { chooseContext, isContextAllowed, type KubeconfigView } from './choose-context';

/** As kubectl 1.34 prints it, shortened. */
const view: KubeconfigView = {
  'current-context': 'prod',
  contexts: [
    { name: 'prod', context: { cluster: 'p' } },
    { name: 'k3d-dev', context: { cluster: 'd' } },
  ],
  clusters: [
    { name: 'p', cluster: { server: 'https://prod.example' } },
    { name: 'd', cluster: { server: 'https://127.0.0.1:6443' } },
  ],
};

describe('chooseContext', () => {
  it('takes the option, else the current one, and says which it was', () => {
    expect(chooseContext(view, 'k3d-dev')).toEqual({
      status: 'chosen',
      context: { kubeContext: 'k3d-dev', server: 'https://127.0.0.1:6443', origin: 'the option kubeContext' },
    });
    expect(chooseContext(view, undefined)).toMatchObject({
      context: { kubeContext: 'prod', origin: expect.stringContaining('current') },
    });
  });

  it('names what there is where the wanted one is not', () => {
    expect(chooseContext(view, 'x')).toEqual({ status: 'unknown', wanted: '"x"', found: ['prod', 'k3d-dev'] });
    // What kubectl prints where there is no kubeconfig.
    const empty = { 'current-context': '', contexts: null, clusters: null };
    expect(chooseContext(empty, undefined)).toEqual({ status: 'unknown', wanted: 'that is current', found: [] });
  });
});

describe('isContextAllowed', () => {
  it.each([
    ['k3d-dev', [], false],
    ['k3d-dev', ['k3d-dev'], true],
    ['k3d-dev2', ['k3d-dev'], false],
    ['my-k3d-dev', ['k3d-*'], false],
    ['k3d-dev', ['k3d-*'], true],
    ['arn:aws:eks:eu-1:1:cluster/dev', ['arn:aws:eks:*:cluster/dev'], true],
    ['kxd', ['k.d'], false],
  ])('%s, allowed %j: %s', (kubeContext, allowed, expected) => {
    expect(isContextAllowed(kubeContext, allowed)).toBe(expected);
  });
});
