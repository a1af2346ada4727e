import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import type { BrowserContext, Page } from 'playwright-core';
import { ana, type Device, type Tab } from './drafts.js';
import type { inPage } from './drafts-page.js';

// The contract's device and tabs in a real browser: a context is a device, a page of it is a tab.

type InPage = typeof inPage;

export interface DraftsSite {
  port: number;
  stop(): Promise<void>;
}

/** The page of the contract, and at `/sandboxed` the same one without an origin of its own. */
export async function serveDrafts(): Promise<DraftsSite> {
  const bundled = await build({
    entryPoints: [fileURLToPath(new URL('drafts-page.ts', import.meta.url))],
    bundle: true,
    write: false,
    format: 'esm',
    conditions: ['source', 'module'],
    define: { global: 'globalThis' },
    logLevel: 'warning',
  });
  const script = bundled.outputFiles[0]?.text ?? '';
  const server = createServer((request, response) => {
    const path = request.url?.split('?')[0];
    if (path === '/page.js') {
      response.writeHead(200, { 'content-type': 'text/javascript', 'access-control-allow-origin': '*' }).end(script);
    } else if (path === '/' || path === '/sandboxed') {
      const sandbox = path === '/sandboxed' ? { 'content-security-policy': 'sandbox allow-scripts' } : {};
      response.writeHead(200, { 'content-type': 'text/html', ...sandbox });
      response.end('<!doctype html><link rel="icon" href="data:,"><script type="module" src="/page.js"></script>');
    } else response.writeHead(404).end();
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  return {
    port: (server.address() as AddressInfo).port,
    stop() {
      server.closeAllConnections();
      return new Promise((stopped) => server.close(() => stopped()));
    },
  };
}

/** One call into a page. Rejects with what was thrown there. */
export const ask = <Name extends keyof InPage>(
  page: Page,
  name: Name,
  ...given: Parameters<InPage[Name]>
): Promise<Awaited<ReturnType<InPage[Name]>>> =>
  page.evaluate(
    ([called, passed]) => {
      const { inPage } = globalThis as unknown as { inPage: Record<string, (...each: unknown[]) => unknown> };
      return inPage[called]?.(...passed);
    },
    [name, given] as const,
  ) as Promise<Awaited<ReturnType<InPage[Name]>>>;

/** @param more of the address, such as `/sandboxed` or how long to wait */
export async function openPage(
  context: BrowserContext,
  origin: string,
  { user, workspace } = ana,
  { path = '/', within }: { path?: string; within?: number } = {},
): Promise<Page> {
  const page = await context.newPage();
  const query = new URLSearchParams({ user, workspace, ...(within === undefined ? {} : { within: String(within) }) });
  await page.goto(`${origin}${path}?${query}`);
  await ready(page);
  return page;
}

const ready = (page: Page) => page.waitForFunction(() => 'inPage' in globalThis);

export function tabAt(page: Page): Tab {
  return {
    all: () => ask(page, 'all'),
    put: (draft) => ask(page, 'put', draft),
    remove: (id) => ask(page, 'remove', id),
    async hold(id) {
      const place = await ask(page, 'hold', id);
      return place === null
        ? null
        : async () => {
            await ask(page, 'undo', place);
          };
    },
    holders: () => ask(page, 'holders'),
    retake: (id, times) => ask(page, 'retake', id, times),
    async listen() {
      const place = await ask(page, 'listen');
      return {
        heard: async () => (await ask(page, 'heard', place)) ?? 0,
        stop: async () => {
          await ask(page, 'stop', place);
        },
      };
    },
    async reload() {
      await page.reload();
      await ready(page);
      return tabAt(page);
    },
    close: () => page.close(),
    async crash() {
      const crashed = page.waitForEvent('crash');
      // A page that crashes answers nothing; that it has is told by the event.
      await Promise.all([crashed, page.goto('chrome://crash').catch(() => null)]);
    },
  };
}

export function deviceIn(context: BrowserContext, origin: string): Device {
  let opened: Promise<Page> | null = null;
  const under = (): Promise<Page> => {
    opened ??= openPage(context, origin, { user: 'nobody', workspace: 'nowhere' });
    return opened;
  };
  return {
    tab: async (owner = ana) => tabAt(await openPage(context, origin, owner)),
    plant: async (user, id, found) => ask(await under(), 'plant', user, id, found),
    found: async (user) => ask(await under(), 'found', user),
  };
}
