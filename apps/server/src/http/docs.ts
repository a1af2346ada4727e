import { problem, problemKinds } from '@stet/protocol';
import { Router } from 'express';
import type { Route } from '../door/route.js';

export function docsRouter(_routes: readonly Route[]): Router {
  const router = Router();
  router.get('/problems/:name', (request, response) => {
    const found = Object.entries(problemKinds).find(([name]) => name === request.params.name);
    if (!found) return void response.status(404).json(problem('not-found'));
    response.json(found[1]);
  });
  return router;
}
