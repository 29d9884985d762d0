import { parsePushedManifest } from '../../engines/push-image';
import { chooseTransport, createTransport } from './create-transport';
import { registryReferenceOf } from './registry-transport';
import { digestOf, transferImage } from './testing/transfer-images';
import type { TransportTools } from './transport-tools';
import { wireRegistry } from './wire-registry';

describe('registryReferenceOf', () => {
  const { record } = transferImage('team/web', digestOf('a'), ['1']);
  it.each([
    ['registry.example.com/team', `registry.example.com/team/team/web:i-${'a'.repeat(24)}`],
    ['localhost:5001/', `localhost:5001/team/web:i-${'a'.repeat(24)}`],
    ['r/$&', `r/$&/team/web:i-${'a'.repeat(24)}`],
  ])('below %s', (repository, expected) => expect(registryReferenceOf(record, { repository })).toBe(expected));
});

describe('wireRegistry', () => {
  it('tells the nodes of both generations of containerd where the registry is', () => {
    expect(wireRegistry({ registry: 'localhost:5001', endpoint: 'http://10.89.0.1:5001' })).toEqual({
      containerdConfigPatches: [
        '[plugins."io.containerd.grpc.v1.cri".registry]\n  config_path = "/etc/containerd/certs.d"\n',
        '[plugins."io.containerd.cri.v1.images".registry]\n  config_path = "/etc/containerd/certs.d"\n',
      ],
      hostsFile: {
        path: '/etc/containerd/certs.d/localhost:5001/hosts.toml',
        content: '[host."http://10.89.0.1:5001"]\n  capabilities = ["pull", "resolve"]\n',
      },
    });
  });
});

describe('parsePushedManifest', () => {
  it('tells the image ID and the size of the layers', () => {
    const manifest = { config: { digest: digestOf('a'), size: 9 }, layers: [{ size: 3 }, { size: 4 }] };
    expect(parsePushedManifest(JSON.stringify(manifest))).toEqual({ imageId: digestOf('a'), bytes: 7 });
  });

  it.each(['', 'null', '{}', '{"manifests":[]}'])('is nothing for %s', (json) =>
    expect(parsePushedManifest(json)).toBeUndefined(),
  );
});

describe('chooseTransport', () => {
  it('takes what is set, and otherwise what the cluster allows', () => {
    expect(chooseTransport({ provider: 'kind' })).toBe('layers');
    expect(chooseTransport({ provider: 'existing' })).toBe('registry');
    expect(chooseTransport({ provider: 'kind', transport: 'archive' })).toBe('archive');
  });
});

describe('createTransport', () => {
  const tools = {} as TransportTools;

  it('refuses what lacks a registry, and what lacks nodes', () => {
    expect(() => createTransport({ ...tools, kind: 'registry' })).toThrow('none is set');
    expect(() => createTransport({ ...tools, kind: 'layers' })).toThrow('possible with kind only');
    expect(() => createTransport({ ...tools, kind: 'archive' })).toThrow('possible with kind only');
  });
});
