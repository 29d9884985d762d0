import type { ApiAnswer } from '../kube-api';
import { textAt } from '../live-object';

/** Turns an HTTP answer of an API server into what it says: JSON, or text where it answers with text (logs). Pure. */
export function readAnswer(httpStatus: number, contentType: string, body: string): ApiAnswer {
  const isJson = /^application\/json\b/.test(contentType);
  const content = isJson ? parseJson(body) : body;
  if (content === undefined) return { status: 'unreachable', message: 'the answer was cut off' };
  if (httpStatus >= 200 && httpStatus < 300) return { status: 'ok', body: content };
  const text = (typeof content === 'string' ? content : (textAt(content, 'message') ?? '')).trim();
  return { status: 'refused', httpStatus, message: text || `HTTP ${httpStatus}` };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
