import { expect, test } from 'vitest';
import { avoid, orderOf, prefer } from './transports.js';

const minutes = 60_000;

test('[C7] from the best one down, as long as nothing is known', () => {
  expect(orderOf(null, 0)).toEqual(['websocket', 'xhr-streaming', 'xhr-polling']);
  expect(prefer('websocket', 0)).toBe(null);
});

test('what worked comes first, and the others, the better ones before the worse ones, after it', () => {
  expect(orderOf(prefer('xhr-polling', 0), 1)).toEqual(['xhr-polling', 'websocket', 'xhr-streaming']);
  expect(orderOf(prefer('xhr-streaming', 0), 1)).toEqual(['xhr-streaming', 'websocket', 'xhr-polling']);
});

test('for a while only: then the better ones get their chance again', () => {
  const preference = prefer('xhr-polling', 0);
  expect(orderOf(preference, 9 * minutes)[0]).toBe('xhr-polling');
  expect(orderOf(preference, 10 * minutes)[0]).toBe('websocket');
});

test('one that opens and carries nothing is passed over', () => {
  const after = (transport: Parameters<typeof avoid>[0]) => orderOf(avoid(transport, 0), 1)[0];
  expect([after('websocket'), after('xhr-streaming'), after('xhr-polling')]).toEqual([
    'xhr-streaming',
    'xhr-polling',
    'websocket',
  ]);
});
