import { expect, test } from 'vitest';
import { slotOf } from './slot.js';

// As a Redis Cluster answers to CLUSTER KEYSLOT.
test.each([
  ['123456789', 12739],
  ['foo', 12182],
  ['', 0],
  ['stet:log:{foo}', 12182],
  ['{foo}', 12182],
  ['foo{}{bar}', 8363],
  ['foo{{bar}}zap', 4015],
  ['foo{bar}{zap}', 5061],
])('%j is in slot %i', (key, slot) => {
  expect(slotOf(key)).toBe(slot);
});
