/** One address at which a test reaches a Service. */
export interface Endpoint {
  readonly namespace: string;
  readonly service: string;
  /** The Service port's name; `null` where it has none. */
  readonly portName: string | null;
  /** The Service's port. */
  readonly port: number;
  /** `http://127.0.0.1:30080`; scheme by `appProtocol`, else by port name, else `http` for TCP. */
  readonly url: string;
}
