/**
 * Replaces `$(NAME)` by a variable's value; `$$(NAME)` stays as `$(NAME)`; a name that is not known stays as it is.
 * The rules of Kubernetes' third_party/forked/golang/expansion (1.34). Pure.
 */
export function expandVariables(text: string, variables: ReadonlyMap<string, string>): string {
  return text.replace(/\$(\$|\(([^)]*)\))/g, (reference: string, escaped: string, name: string | undefined) => {
    if (escaped === '$') return '$';
    return name === undefined ? reference : (variables.get(name) ?? reference);
  });
}
