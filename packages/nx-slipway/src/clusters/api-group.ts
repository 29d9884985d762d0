/** The group of an `apiVersion`: `apps/v1` gives `apps`, `v1` the empty one. Pure. */
export function apiGroupOf(apiVersion: string): string {
  return apiVersion.includes('/') ? apiVersion.slice(0, apiVersion.indexOf('/')) : '';
}
