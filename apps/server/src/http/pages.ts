import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import express, { type Request, type Response, Router } from 'express';

// The catalogue editor's files. Every path that a person may have open leads to the one page.

const folder = fileURLToPath(new URL('../../../web/dist/', import.meta.url));

export function pages(): Router {
  const router = Router();
  const files = express.static(folder, {
    index: false,
    setHeaders: (response) => response.setHeader('cache-control', 'no-cache'),
  });
  const page = (_request: Request, response: Response) =>
    response.sendFile('index.html', { root: folder, cacheControl: false });
  router.use(files);
  if (existsSync(folder)) router.get(['/', '/w/*splat', '/sign-in'], page);
  return router;
}
