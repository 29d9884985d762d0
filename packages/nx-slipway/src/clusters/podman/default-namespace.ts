/** The namespace of objects that name none, as kubectl has it. */
export const DEFAULT_NAMESPACE = 'default';
