import { expect, test } from 'vitest';
import { prefersStream } from './accept.js';

// Who gets a stream, and who an answer that ends.

test.each([
  ['text/event-stream', true],
  ['Text/Event-Stream; charset=utf-8', true],
  ['text/event-stream, */*', true],
  ['application/json, text/event-stream', true],
  ['text/event-stream;q=0.9, application/json', false],
  ['text/event-stream;q=0.9, */*;q=0.1', true],
  ['text/event-stream;q=0.5, application/json;q=0.2, */*', true],
  ['text/event-stream;q=0', false],
  ['text/event-stream;q=nonsense', true],
  ['application/json', false],
  ['*/*', false],
  ['text/*', false],
  ['', false],
  [undefined, false],
])('%s', (accept, isStream) => {
  expect(prefersStream(accept)).toBe(isStream);
});
