import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readConfig } from './config.js';

// What the surroundings say is judged before anything begins.

let data: string;
beforeAll(() => {
  data = mkdtempSync(join(tmpdir(), 'stet-config-'));
});
afterAll(() => rmSync(data, { recursive: true, force: true }));

const keepDays = (text?: string) => {
  const read = readConfig({ STET_DATA: data, STET_LOG_KEEP_DAYS: text });
  return read.kind === 'ok' ? read.config.logKeepDays : read.errors;
};

test('the log is kept for 90 days, or as many as are asked for', () => {
  expect([keepDays(), keepDays(''), keepDays('1'), keepDays('36500')]).toEqual([90, 90, 1, 36_500]);
});

test.each([
  ['ninety', 'must be a number of days'],
  ['1.5', 'must be a whole number of days'],
  ['0', 'must be at least 1 day'],
  ['-1', 'must be at least 1 day'],
  ['36501', 'must be at most 36500 days'],
])('and %s is refused at the start, with the reason', (text, reason) => {
  expect(keepDays(text)).toEqual([`STET_LOG_KEEP_DAYS ${reason}`]);
});
