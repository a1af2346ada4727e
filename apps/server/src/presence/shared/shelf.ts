import * as z from 'zod';
import type { RedisLink } from '../../redis/redis.js';
import { listing, reading, writing } from './scripts.js';
import { mostId, mostWord } from './word.js';

// Where the nodes lay out what their voices say, one hash for each workspace and node, and look at what the others have
// laid out. A lease ends what stands there unless it is renewed.

/** Milliseconds for which what a node wrote is believed. */
export const nodeLease = 10_000;
/** The most nodes that are listened to. */
export const mostNodes = 64;
const mostNodeName = 64;
const mostVoices = 10_000;
/** Bytes that are read of one node at a time. */
const mostRead = 8 * 1024 * 1024;
// A character may take some bytes.
const mostVoice = mostId + 4 * mostWord;

export interface Laid {
  readonly voice: string;
  /** How many milliseconds ago it was said. */
  readonly age: number;
  readonly text: string;
}

export interface Writing {
  /** Higher than that of any write before. */
  readonly revision: number;
  /** Whether `said` is all there is: in place of whatever stands there. */
  readonly isAll: boolean;
  readonly said: readonly Laid[];
  readonly gone: readonly string[];
}

/** A voice's word, and when it was said, in milliseconds by the clock of Redis. */
export interface Found {
  readonly at: number;
  readonly text: string;
}

export type Reading =
  | { kind: 'nothing' }
  /** As it was at the known revision. */
  | { kind: 'same'; lease: number }
  | { kind: 'found'; lease: number; revision: string; voices: Map<string, Found> };

const written = z.tuple([z.int(), z.int()]);
const listed = z.array(z.string());
const read = z.union([z.tuple([z.int(), z.string()]), z.tuple([z.int(), z.string(), z.array(z.string())])]);

export class Shelf {
  readonly #commands: RedisLink['commands'];

  constructor(commands: RedisLink['commands']) {
    this.#commands = commands;
  }

  /** `at`: now by the clock of Redis. `held`: how many voices stand there after it; -1 where a newer write was there. */
  async write(workspace: string, node: string, writing: Writing): Promise<{ at: number; held: number }> {
    const { revision, isAll, said, gone } = writing;
    const words = said.flatMap(({ voice, age, text }) => [voice, Math.round(age), text]);
    const how = [nodeLease, revision, isAll ? 'all' : 'some', said.length];
    const [at, held] = written.parse(await this.#write(workspace, node, [node, ...how, ...words, ...gone]));
    return { at, held };
  }

  async nodes(workspace: string): Promise<string[]> {
    return listed.parse(await this.#commands.eval(listing, 1, nodesKey(workspace), mostNodes, mostNodeName));
  }

  /** What a node laid out, or of it only the voices that are named; `known` is the revision that was seen before. */
  async read(workspace: string, node: string, known: string, voices: readonly string[] | null): Promise<Reading> {
    const bounds = [known, mostVoice, mostRead, mostVoices];
    const key = heldKey(workspace, node);
    const answer = read.parse(await this.#commands.eval(reading, 1, key, ...bounds, ...(voices ?? [])));
    const [lease, revision, pairs] = answer;
    if (lease < 0) return { kind: 'nothing' };
    if (!pairs) return { kind: 'same', lease };
    const found = new Map<string, Found>();
    for (let place = 0; place + 1 < pairs.length; place += 2) {
      const [voice = '', value = ''] = pairs.slice(place, place + 2);
      const one = voice.length <= mostId ? split(value) : null;
      if (one) found.set(voice, one);
    }
    return { kind: 'found', lease, revision, voices: found };
  }

  #write(workspace: string, node: string, args: Array<string | number>): Promise<unknown> {
    return this.#commands.eval(writing, 2, nodesKey(workspace), heldKey(workspace, node), ...args);
  }
}

function split(value: string): Found | null {
  const space = value.indexOf(' ');
  const at = Number(value.slice(0, space));
  return space > 0 && Number.isSafeInteger(at) ? { at, text: value.slice(space + 1) } : null;
}

// All of a workspace in one slot of a cluster.
const nodesKey = (workspace: string) => `stet:presence:{${workspace}}`;
const heldKey = (workspace: string, node: string) => `stet:presence:{${workspace}}:${node}`;
