// What axe-core finds on a page as it stands.
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import type axe from 'axe-core';
import type { Page } from 'playwright-core';

const source = createRequire(import.meta.url).resolve('axe-core/axe.min.js');

/** What is serious or worse, a line each: rule, what it says, where. The page's policy has to let the script in. */
export async function seriousFaults(page: Page): Promise<string[]> {
  const isThere = await page.evaluate(() => 'axe' in window);
  if (!isThere) await page.evaluate(await readFile(source, 'utf8'));
  const { violations } = await page.evaluate(() => {
    const { axe: check } = window as unknown as { axe: typeof axe };
    return check.run(document, { resultTypes: ['violations'] });
  });
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .flatMap(({ id, help, nodes }) => nodes.map(({ html, target }) => `${id}: ${help}: ${target.join(' ')} ${html}`));
}
