import { applyEdits, modify, parseTree, type FormattingOptions, type ParseError } from 'jsonc-parser';
import type { JsonChange } from './fix';

/** A JSON text after its changes, or why it cannot be changed. */
export type EditedJson =
  { readonly status: 'edited'; readonly text: string } | { readonly status: 'refused'; readonly reason: string };

/**
 * Changes properties of a JSON text, with or without comments and trailing commas, and nothing else of it. An object that was on one line
 * and is changed gets a line for each property, indented as the rest is; all other bytes stay. Objects on the way that are not there are made. Pure.
 */
export function editJson(text: string, changes: readonly JsonChange[]): EditedJson {
  const mark = /^\uFEFF/.exec(text)?.[0] ?? '';
  const body = text.slice(mark.length);
  const errors: ParseError[] = [];
  const root = parseTree(body, errors, { allowTrailingComma: true, disallowComments: false });
  if (errors.length > 0) return { status: 'refused', reason: 'it is not JSON' };
  if (root?.type !== 'object') return { status: 'refused', reason: 'it does not hold an object' };
  const formattingOptions = detectFormatting(body);
  const edited = changes.reduce(
    (current, { path, value }) => applyEdits(current, modify(current, [...path], value, { formattingOptions })),
    body,
  );
  return { status: 'edited', text: mark + edited };
}

/** As the first indented line has it; two blanks where none is. */
function detectFormatting(text: string): FormattingOptions {
  const indentation = /^([ \t]+)\S/m.exec(text)?.[1] ?? '  ';
  const usesTabs = indentation.startsWith('\t');
  return {
    insertSpaces: !usesTabs,
    tabSize: usesTabs ? 1 : indentation.length,
    eol: text.includes('\r\n') ? '\r\n' : '\n',
  };
}
