// Where most stories happen: a server, a catalogue with its people, and somebody who belongs elsewhere.
import type { StetRecord } from '@stet/protocol';
import type { SomeLimits } from '@stet/server';
import { type Json, type Person, personAt } from './api.js';
import { type Check, describedAt } from './described.js';
import { type Http, httpTo } from './http.js';
import { type InProcess, startInProcess } from './server.js';
import type { Env } from './stet.js';

const people = {
  ana: { catalogue: 'editor' },
  ben: { catalogue: 'editor' },
  chloe: { catalogue: 'editor' },
  mara: { catalogue: 'manager' },
  vic: { catalogue: 'viewer' },
  zoe: { elsewhere: 'editor' },
} as const;

export type Name = keyof typeof people;

export interface Story extends InProcess {
  http: Http;
  check: Check;
  /** By a bearer token. */
  as(name: Name): Person;
  /** Who shows nothing that says who it is. */
  nobody: Person;
}

export const books = '/api/workspaces/catalogue/books';

export async function startStory(env: Env = {}, limits: SomeLimits = {}): Promise<Story> {
  const server = await startInProcess(env, limits);
  const check = await describedAt(server.url);
  const http = httpTo(server.url);
  const known = new Map<string, Person>();
  for (const [name, roles] of Object.entries(people)) {
    await server.user(name, roles);
    const authorization = `Bearer ${await server.token(name)}`;
    known.set(name, personAt(http, { authorization }, check));
  }
  return {
    ...server,
    http,
    check,
    nobody: personAt(http, {}, check),
    as(name) {
      const person = known.get(name);
      if (!person) throw new Error(`Nobody is called ${name}`);
      return person;
    },
    async stop() {
      http.close();
      await server.stop();
    },
  };
}

/** A book of one's own for a test, as it was created. */
export async function newBook(person: Person, fields: Json = { title: 'Dune' }): Promise<StetRecord> {
  const { status, body, text } = await person.post<StetRecord>(books, fields);
  if (status !== 201) throw new Error(`No book: ${status} ${text}`);
  return body;
}

export const at = ({ id }: { id: string }, more = ''): string => `${books}/${id}${more}`;
