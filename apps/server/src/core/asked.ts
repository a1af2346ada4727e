import { problem } from '@stet/protocol';
import type { CoreAnswer, CoreAsk } from '@stet/simulator';
import { type Answer, refuse } from '../door/answer.js';
import type { Ask } from '../door/route.js';

// Between texts, as they would travel over HTTP, and what the door takes and gives.

export type Read = { kind: 'ask'; ask: Ask } | { kind: 'refused'; answer: Answer };

export function askOf({ method, path, headers, body: text }: CoreAsk): Read {
  const [pathname = '', ...query] = path.split('?');
  const body = bodyOf(text);
  if (body.kind === 'refused') return body;
  const lower = Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]);
  const ask = {
    method,
    path: pathname,
    query: new URLSearchParams(query.join('?')),
    headers: Object.fromEntries(lower),
    body: body.body,
  };
  return { kind: 'ask', ask };
}

function bodyOf(text: string | undefined): { kind: 'body'; body: unknown } | (Read & { kind: 'refused' }) {
  try {
    return { kind: 'body', body: text === undefined ? undefined : JSON.parse(text) };
  } catch {
    return { kind: 'refused', answer: refuse(problem('malformed', 'The body is not JSON.')) };
  }
}

export const textOf = ({ status, headers, body }: Answer): CoreAnswer => ({
  status,
  headers: { 'content-type': 'application/json; charset=utf-8', ...headers },
  body: body === undefined ? '' : JSON.stringify(body),
});
