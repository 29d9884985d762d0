import type { OpenedEndpoint } from '../../artifact/endpoint';
import { listEndpointVariables } from './endpoint-variables';

const endpoint = (service: string, portName: string | null, port: number): OpenedEndpoint => ({
  namespace: 'default',
  service,
  portName,
  port,
  scheme: 'http',
  url: `http://127.0.0.1:${30_000 + port}`,
});

describe('listEndpointVariables', () => {
  it('names a Service with one port by the Service alone', () => {
    expect(listEndpointVariables([endpoint('holmesgpt-api', 'http', 80)])).toEqual({
      HOLMESGPT_API_URL: 'http://127.0.0.1:30080',
    });
  });

  it('adds one variable for each port where there are several', () => {
    expect(listEndpointVariables([endpoint('web', 'http', 80), endpoint('web', 'metrics', 90)])).toEqual({
      WEB_URL: 'http://127.0.0.1:30080',
      WEB_HTTP_URL: 'http://127.0.0.1:30080',
      WEB_METRICS_URL: 'http://127.0.0.1:30090',
    });
  });
});
