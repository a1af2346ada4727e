import type { HistoryPage } from '@stet/client';
import type { VersionInfo } from '@stet/protocol';
import { describe, expect, test } from 'vitest';
import { joined, Timeline } from './timeline.js';

const made = (version: number): VersionInfo => ({
  version,
  etag: `${version}-e`,
  action: 'update',
  by: { id: 'ana', name: 'Ana' },
  at: '2025-03-01T12:00:00Z',
  fields: ['title'],
});

const down = (from: number, to: number): VersionInfo[] =>
  Array.from({ length: from - to + 1 }, (_, place) => made(from - place));
const page = (from: number, to: number) => ({ items: down(from, to), next: to === 1 ? null : String(to) });
const numbers = ({ items }: { items: readonly VersionInfo[] }) => items.map(({ version }) => version);

describe('a page on top of what is known', () => {
  test('joins on where it overlaps or touches, and what was read of older versions stays', () => {
    expect(numbers(joined(page(12, 8), page(10, 3)))).toEqual([12, 11, 10, 9, 8, 7, 6, 5, 4, 3]);
    expect(joined(page(12, 8), page(10, 3)).next).toBe('3');
    expect(numbers(joined(page(12, 11), page(10, 9)))).toEqual([12, 11, 10, 9]);
  });

  test('stands alone where versions between them are missing', () => {
    expect(joined(page(20, 16), page(10, 3))).toEqual(page(20, 16));
  });

  test('stands alone where nothing is known, or nothing older', () => {
    expect(joined(page(5, 1), null)).toEqual(page(5, 1));
    expect(joined(page(5, 1), page(4, 1))).toEqual(page(5, 1));
  });
});

describe('a timeline', () => {
  /** A record whose versions go up to `newest`, read three at a time. */
  function recordOf(newest: number) {
    const asked: Array<string | undefined> = [];
    const read = async (after?: string): Promise<HistoryPage> => {
      asked.push(after);
      const from = after === undefined ? newest : Number(after) - 1;
      return { kind: 'ok', ...page(from, Math.max(1, from - 2)) };
    };
    return { asked, read };
  }

  test('reads a page at a time, and nothing beyond the first version', async () => {
    const { asked, read } = recordOf(7);
    const timeline = new Timeline(read, () => undefined);
    await timeline.refresh();
    expect(numbers(timeline)).toEqual([7, 6, 5]);
    await timeline.older();
    await timeline.older();
    await timeline.older();
    expect(numbers(timeline)).toEqual([7, 6, 5, 4, 3, 2, 1]);
    expect(asked).toEqual([undefined, '5', '2']);
  });

  test('read again, shows what was saved meanwhile above what it has', async () => {
    let newest = 4;
    const timeline = new Timeline(
      async (after) => recordOf(newest).read(after),
      () => undefined,
    );
    await timeline.refresh();
    await timeline.older();
    newest = 6;
    await timeline.refresh();
    await timeline.refresh();
    expect(timeline.state).toMatchObject({ kind: 'ready', next: null });
    expect(numbers(timeline)).toEqual([6, 5, 4, 3, 2, 1]);
  });

  test('keeps what it shows where an older page cannot be read, and says why', async () => {
    const { read } = recordOf(7);
    let isDown = false;
    const timeline = new Timeline(
      async (after) => (isDown ? { kind: 'failed', detail: 'The server cannot be reached.' } : read(after)),
      () => undefined,
    );
    await timeline.refresh();
    isDown = true;
    await timeline.older();
    expect(timeline.state).toMatchObject({ kind: 'ready', next: '5', detail: 'The server cannot be reached.' });
    isDown = false;
    await timeline.older();
    expect(numbers(timeline)).toEqual([7, 6, 5, 4, 3, 2]);
  });

  test('listens to no answer to a former question', async () => {
    const answers: Array<(page: HistoryPage) => void> = [];
    const timeline = new Timeline(
      () => new Promise((resolve) => answers.push(resolve)),
      () => undefined,
    );
    const [first, second] = [timeline.refresh(), timeline.refresh()];
    answers[1]?.({ kind: 'ok', ...page(2, 1) });
    await second;
    answers[0]?.({ kind: 'ok', ...page(1, 1) });
    await first;
    expect(numbers(timeline)).toEqual([2, 1]);
  });
});
