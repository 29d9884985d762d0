/** What of a Service's port tells how it is spoken to. */
export interface SchemePort {
  readonly name?: string | undefined;
  readonly appProtocol?: string | undefined;
  readonly protocol?: string | undefined;
}

const KNOWN_SCHEMES = ['http', 'https', 'grpc', 'tcp', 'udp', 'postgres', 'redis'];

/** The URL scheme of a Service port: `appProtocol`, else the port's name or its part before the first `-`, else `http`. Pure. */
export function schemeOf(port: SchemePort): string {
  const named = port.appProtocol ?? port.name?.split('-')[0];
  const scheme = named?.toLowerCase();
  if (scheme && KNOWN_SCHEMES.includes(scheme)) return scheme;
  return port.protocol === 'UDP' ? 'udp' : 'http';
}
