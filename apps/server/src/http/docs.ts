import { readFileSync } from 'node:fs';
import { type ProblemName, problem, problemKinds, problemType } from '@stet/protocol';
import { Router } from 'express';
import type { Route } from '../door/route.js';
import { docsPage, problemPage, styleAt } from './docs-page.js';
import { docsStyle } from './docs-style.js';
import { openApi } from './openapi.js';

// What explains the interface: for machines, for people, and each problem by its type. Nobody needs to be signed in.

const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as {
  version: string;
};

const isProblem = (name: string): name is ProblemName => Object.hasOwn(problemKinds, name);

export function docsRouter(routes: readonly Route[]): Router {
  const api = openApi(routes, version);
  const description = JSON.stringify(api);
  const readable = docsPage(api);
  const router = Router();

  router.get('/api/openapi.json', (_request, response) => void response.type('json').send(description));
  router.get('/api/docs', (_request, response) => void response.type('html').send(readable));
  router.get(styleAt, (_request, response) => void response.type('css').send(docsStyle));
  router.get('/problems/:name', (request, response) => {
    const { name } = request.params;
    if (!isProblem(name)) {
      return void response
        .status(404)
        .type('application/problem+json')
        .send(JSON.stringify(problem('not-found')));
    }
    const kind = problemKinds[name];
    response.vary('accept');
    if (request.accepts(['html', 'json']) === 'json') {
      return void response.json({ type: problemType(name), ...kind });
    }
    response.type('html').send(problemPage(name, kind));
  });
  return router;
}
