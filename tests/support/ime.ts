// An input method at work, as those have it who write Japanese: a composition that is under way until it is committed.
import type { Page } from 'playwright-core';

export interface Composing {
  /** What is composed so far takes the place of what was composed before. */
  composes(text: string): Promise<void>;
  commits(text: string): Promise<void>;
  /** Each `start` and `end` of a composition that the page saw. */
  seen(): Promise<string[]>;
}

export async function compose(page: Page): Promise<Composing> {
  const chromium = await page.context().newCDPSession(page);
  await page.evaluate(() => {
    const { dataset } = document.body;
    for (const kind of ['start', 'end']) {
      document.addEventListener(`composition${kind}`, () => {
        dataset.composition = `${dataset.composition ?? ''} ${kind}`;
      });
    }
  });
  return {
    composes: (text) =>
      chromium
        .send('Input.imeSetComposition', { text, selectionStart: text.length, selectionEnd: text.length })
        .then(() => {}),
    commits: (text) => chromium.send('Input.insertText', { text }).then(() => {}),
    seen: async () => ((await page.evaluate(() => document.body.dataset.composition)) ?? '').trim().split(' '),
  };
}
