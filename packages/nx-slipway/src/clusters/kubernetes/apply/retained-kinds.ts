/** Kinds that are removed only when asked for: they hold data, other objects, or the objects of a kind. */
export const RETAINED_KINDS = [
  'Namespace',
  'PersistentVolumeClaim',
  'PersistentVolume',
  'CustomResourceDefinition',
] as const;
