import { openPostgresStore } from '@stet/store';
import { afterAll, beforeAll } from 'vitest';
import { type Postgres, startPostgres } from '../support/nodes.js';
import { authContract } from './auth.js';

let postgres: Postgres;
beforeAll(async () => {
  postgres = await startPostgres();
});
afterAll(() => postgres.stop());

authContract('Postgres', () => openPostgresStore({ url: postgres.url }));
