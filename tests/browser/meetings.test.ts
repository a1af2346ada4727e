import { afterAll, beforeAll } from 'vitest';
import { meetings } from '../stories/meetings.js';
import { tell } from '../stories/tell.js';
import { type Server, startServer } from '../support/server.js';

// Each way in which people can meet over a book, on one server: docs/conflicts.md, row by row.

let server: Server;
beforeAll(async () => {
  server = await startServer({ demo: true });
});
afterAll(() => server.stop());

tell(meetings, () => server);
