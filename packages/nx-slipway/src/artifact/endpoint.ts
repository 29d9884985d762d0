/** One address at which a test reaches a Service. */
export interface Endpoint {
  readonly namespace: string;
  readonly service: string;
  /** The Service port's name; `null` where it has none. */
  readonly portName: string | null;
  /** The Service's port. */
  readonly port: number;
  /** How it is spoken to: by `appProtocol`, else by the port's name, else `http` for TCP. */
  readonly scheme: string;
  /** `http://127.0.0.1:30080`. `null` where nothing leads there until a test opens it, at a port that differs from run to run. */
  readonly url: string | null;
}

/** An address at which the Service answers now. */
export interface OpenedEndpoint extends Endpoint {
  readonly url: string;
}

/** Whether an endpoint answers without being opened. Pure. */
export function hasUrl(endpoint: Endpoint): endpoint is OpenedEndpoint {
  return endpoint.url !== null;
}

/** Endpoints that are open. */
export interface OpenedEndpoints {
  readonly endpoints: readonly OpenedEndpoint[];
  /** Frees what leads to them. */
  close(): Promise<void>;
}
