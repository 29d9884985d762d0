import { execFileSync } from 'node:child_process';
import { connect, createServer, type AddressInfo } from 'node:net';

/** A way from kind's nodes to a registry that listens on this machine's own address only. */
export interface RegistryGateway {
  /** As the option `registry.endpoint` has it. */
  readonly endpoint: string;
  close(): void;
}

interface Network {
  readonly subnets: readonly { readonly gateway: string }[];
}

/** Opens the way to a registry, `host:port`. It passes nothing on while this process is blocked by a command that it waits for. */
export function openRegistryGateway(registry: string): Promise<RegistryGateway> {
  const [host = '', port = ''] = registry.split(':');
  const server = createServer((client) => {
    const upstream = connect(Number(port), host);
    client.pipe(upstream).pipe(client);
    client.on('error', () => upstream.destroy());
    upstream.on('error', () => client.destroy());
  });
  return new Promise((resolve) =>
    server.listen(0, '0.0.0.0', () => {
      const endpoint = `http://${readMachineAddress()}:${(server.address() as AddressInfo).port}`;
      resolve({ endpoint, close: () => void server.close() });
    }),
  );
}

/** This machine as the nodes see it. kind makes the network with the first cluster. */
function readMachineAddress(): string {
  const output = execFileSync('podman', ['network', 'inspect', 'kind'], { encoding: 'utf8', timeout: 60_000 });
  const [network] = JSON.parse(output) as readonly Network[];
  return network!.subnets.map(({ gateway }) => gateway).find((gateway) => gateway.includes('.'))!;
}
