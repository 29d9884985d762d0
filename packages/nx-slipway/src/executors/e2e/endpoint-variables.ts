import type { OpenedEndpoint } from '../../artifact/endpoint';

/**
 * Environment variables for endpoints: `<SERVICE>_URL` for each Service's first port, and, where a Service has several,
 * `<SERVICE>_<PORT NAME>_URL` for each. Upper case, other characters than letters and digits become `_`. Pure.
 */
export function listEndpointVariables(endpoints: readonly OpenedEndpoint[]): Record<string, string> {
  const variables: Record<string, string> = {};
  for (const { namespace, service, portName, port, url } of endpoints) {
    const ports = endpoints.filter((other) => other.namespace === namespace && other.service === service);
    variables[`${variableName(service)}_URL`] ??= url;
    if (ports.length > 1) variables[`${variableName(service)}_${variableName(portName ?? String(port))}_URL`] = url;
  }
  return variables;
}

function variableName(text: string): string {
  return text.toUpperCase().replace(/[^A-Z0-9]/g, '_');
}
