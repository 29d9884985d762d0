/** What is said of one image of a deploy. Pure. */
export function renderLoaded(load: {
  readonly project: string;
  readonly image: string;
  readonly status: 'present' | 'loaded';
  readonly cluster: string;
}): string {
  return `${load.project}: image ${load.image} is ${load.status} on cluster ${load.cluster}`;
}
