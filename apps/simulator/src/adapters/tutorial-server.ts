import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import express from 'express';

// The architecture that tutorials teach, for scenarios to be run against: a REST interface in Express over a store, whole
// records, and clients that are told what changed. The last write wins. It is meant as it is: nothing here is left out
// that such a tutorial has, and nothing added that it has not.

export interface TutorialServer {
  /** Such as `http://127.0.0.1:40123`. */
  url: string;
  stop(): Promise<void>;
}

/** How long who asks for changes is kept waiting while there are none, in milliseconds. */
const waiting = 20_000;

export async function startTutorialServer(): Promise<TutorialServer> {
  const books = new Map<string, Record<string, unknown>>();
  /** The ids of what has changed, in order: a client's place is how many of them it has heard. */
  const changes: string[] = [];
  const listeners = new Set<() => void>();

  function changed(id: string): void {
    changes.push(id);
    for (const listener of [...listeners]) listener();
  }

  const app = express();
  app.use(express.json({ limit: '1mb' }));

  app.get('/books', (_request, response) => {
    response.json([...books.values()]);
  });

  app.get('/books/:id', (request, response) => {
    const book = books.get(request.params.id);
    if (book) response.json(book);
    else response.status(404).json({ error: 'Not found' });
  });

  app.post('/books', (request, response) => {
    const id = String(request.body?.id ?? crypto.randomUUID());
    const book = { ...request.body, id };
    books.set(id, book);
    changed(id);
    response.status(201).json(book);
  });

  app.put('/books/:id', (request, response) => {
    const { id } = request.params;
    if (!books.has(id)) return void response.status(404).json({ error: 'Not found' });
    const book = { ...request.body, id };
    books.set(id, book);
    changed(id);
    response.json(book);
  });

  app.delete('/books/:id', (request, response) => {
    const { id } = request.params;
    if (!books.delete(id)) return void response.status(404).json({ error: 'Not found' });
    changed(id);
    response.status(204).end();
  });

  app.get('/changes', (request, response) => {
    const since = Number(request.query.since ?? changes.length);
    const answer = (): void => {
      clearTimeout(timer);
      listeners.delete(answer);
      response.json({ since: changes.length, ids: [...new Set(changes.slice(since))] });
    };
    const timer = setTimeout(answer, waiting);
    if (request.query.wait === undefined || since < changes.length) return answer();
    listeners.add(answer);
    response.on('close', () => {
      clearTimeout(timer);
      listeners.delete(answer);
    });
  });

  const server = createServer(app);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async stop() {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeAllConnections();
      await closed;
    },
  };
}
