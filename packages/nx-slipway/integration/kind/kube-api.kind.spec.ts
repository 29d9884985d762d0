import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse, stringify } from 'yaml';
import { createKubeApi, type OpenedKubeApi } from '../../src/clusters/kubernetes/kube-api/create-kube-api';
import { openTestNamespace, type TestNamespace } from './kind-test-cluster';

interface Kubeconfig {
  clusters: { name: string; cluster: Record<string, string> }[];
  users: { name: string; user: Record<string, unknown> }[];
}

describe('The API of a cluster', () => {
  let test: TestNamespace;
  beforeAll(() => {
    test = openTestNamespace('api');
  });
  afterAll(() => test.close());

  /** Opens the API with another kubeconfig. */
  function openWith(change: (config: Kubeconfig) => void, signal?: AbortSignal): OpenedKubeApi {
    const { target, kubectl, tools, machineStore } = test.edge(signal ? { signal } : {});
    const config = parse(readFileSync(target.kubeconfig, 'utf8')) as Kubeconfig;
    change(config);
    const kubeconfig = join(machineStore, 'changed.kubeconfig');
    writeFileSync(kubeconfig, stringify(config), { mode: 0o600 });
    return createKubeApi({ target: { ...target, kubeconfig }, kubectl, tools });
  }

  const asUser = (user: Record<string, unknown>) => (config: Kubeconfig) => {
    for (const entry of config.users) entry.user = user;
  };

  it('is read with the certificate that kind gives: objects as JSON, what is not there as refused', async () => {
    const { api } = test.edge();
    const path = `/api/v1/namespaces/${test.namespace}`;
    expect(await api.get(path)).toMatchObject({ status: 'ok', body: { metadata: { name: test.namespace } } });
    expect(await api.get(`${path}/pods/none`)).toEqual({
      status: 'refused',
      httpStatus: 404,
      message: 'pods "none" not found',
    });
    expect(await api.get('/readyz')).toEqual({ status: 'ok', body: 'ok' });
  });

  it('takes an object from this process, over fields that others have set', async () => {
    const { api, kubectl } = test.edge();
    const path = `/api/v1/namespaces/${test.namespace}/configmaps/kept`;
    await kubectl.run(['create', 'configmap', 'kept', '--from-literal=key=theirs']);
    const object = (value: unknown) => ({
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'kept', namespace: test.namespace },
      data: { key: value },
    });
    expect(await api.apply(path, object('ours'), 'test')).toMatchObject({
      status: 'ok',
      body: { data: { key: 'ours' } },
    });
    expect(await api.get(path)).toMatchObject({ body: { data: { key: 'ours' } } });
    expect(await api.apply(path, object({ not: 'text' }), 'test')).toMatchObject({ status: 'refused' });
    const byPlugin = openWith(asUser({ exec: { apiVersion: 'client.authentication.k8s.io/v1', command: 'none' } }));
    expect(await byPlugin.apply(path, object('kubectl'), 'test')).toBeUndefined();
  });

  it('is read with a token, in place and from a file that is renewed', async () => {
    const path = `/api/v1/namespaces/${test.namespace}/serviceaccounts/default`;
    const token = test.kubectl(['create', 'token', 'default']).trim();
    test.kubectl([
      'create',
      'rolebinding',
      'reader',
      '--clusterrole=view',
      `--serviceaccount=${test.namespace}:default`,
    ]);
    expect(await openWith(asUser({ token })).get(path)).toMatchObject({ status: 'ok' });
    const tokenFile = join(test.edge().machineStore, 'token');
    writeFileSync(tokenFile, 'expired');
    const api = openWith(asUser({ tokenFile }));
    expect(await api.get(path)).toEqual({ status: 'refused', httpStatus: 401, message: 'Unauthorized' });
    writeFileSync(tokenFile, `${token}\n`);
    expect(await api.get(path)).toMatchObject({ status: 'ok' });
  });

  it('is unreachable where nothing listens, and where another server does', async () => {
    const moved = openWith(({ clusters }) => {
      for (const { cluster } of clusters) cluster['server'] = 'https://127.0.0.1:1';
    });
    expect(await moved.get('/readyz')).toMatchObject({
      status: 'unreachable',
      message: expect.stringContaining('ECONNREFUSED'),
    });
    const untrusted = openWith(({ clusters }) => {
      for (const { cluster } of clusters) delete cluster['certificate-authority-data'];
    });
    expect(await untrusted.get('/readyz')).toMatchObject({
      status: 'unreachable',
      message: expect.stringMatching(/certificate/),
    });
  });

  it('is a coded error where the kubeconfig cannot be used', async () => {
    const broken = openWith(asUser({ 'client-certificate-data': 'bm8=', 'client-key-data': 'bm8=' }));
    await expect(broken.get('/readyz')).rejects.toMatchObject({ code: 'CLUSTER_KUBECONFIG_INVALID' });
    const lost = openWith(asUser({ tokenFile: '/no/such/token' }));
    await expect(lost.get('/readyz')).rejects.toMatchObject({
      code: 'CLUSTER_KUBECONFIG_INVALID',
      message: expect.stringContaining('/no/such/token'),
    });
  });

  it('is not asked any more once the task is cancelled', async () => {
    const cancellation = new AbortController();
    const { api } = test.edge({ signal: cancellation.signal });
    const watching = api.get(`/api/v1/namespaces/${test.namespace}/configmaps?watch=true`);
    setTimeout(() => cancellation.abort(new Error('cancelled')), 200);
    await expect(watching).rejects.toThrow('cancelled');
    await expect(api.get('/readyz')).rejects.toThrow('cancelled');
  });
});
