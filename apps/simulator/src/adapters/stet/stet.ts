import { dial } from '@stet/client';
import type { Role } from '@stet/protocol';
import type { Editor } from '../../editors/editor.js';
import { openStetEditor } from '../../editors/stet-editor.js';
import type { Net } from '../../network/net.js';
import { pauseUntil } from '../../world/pause.js';
import type { Adapter, AdapterOptions, Joining } from '../adapter.js';
import { createAsker, type Member } from './asker.js';
import { createNames } from './names.js';
import { createShared, tapped } from './tap.js';
import { readTruth } from './truth.js';

// Stet itself under a scenario: each editor is the real client.
//
//   client ─▶ reach (this page's network) ─▶ tap (the history) ─▶ faults ─▶ net

export interface StetAdapterOptions extends AdapterOptions {
  /** Of each node, such as `http://127.0.0.1:4000`; editors are shared out among them. */
  base: readonly string[];
  workspace: string;
  tokenOf(user: string): string | Promise<string>;
  /** The way of one client to a node; the real network, where it is left out. */
  net?: (joining: Joining, node: number) => Net;
  /** Gives and takes access, and resolves when that is certain. */
  access?: (user: string, role: Role | null) => Promise<void>;
  /** Before the id of each record in the store, where others work there too. */
  prefix?: string;
}

/** Milliseconds that a new page is given to be live. */
const liveWithin = 15_000;

const realNet = (): Net => ({ fetch: (...call) => fetch(...call), dial });

export function createStetAdapter(options: StetAdapterOptions): Adapter {
  const { base, workspace, tokenOf, net = realNet, prefix, recorder, through, transport } = options;
  const named = createNames(prefix);
  const shared = createShared(recorder, named, workspace, new URL(`${base[0]}/api`).pathname);
  const asker = createAsker({ base, workspace, net });
  const members = new Map<string, Promise<Member>>();
  const editors: Editor[] = [];
  let joined = 0;

  function memberOf(user: string): Promise<Member> {
    const known = members.get(user) ?? asker.member(user, tokenOf(user));
    members.set(user, known);
    return known;
  }

  return {
    store: 'stet',
    has: { versions: true, log: true, keys: true, presence: true },
    async join(joining) {
      const node = joined % base.length;
      joined += 1;
      const { name, user } = joining;
      const who = await memberOf(user);
      named.learn(user, who.id);
      const tap = tapped(through(net(joining, node), name), name, shared);
      const url = base[node] as string;
      const editor = await openStetEditor({
        ...{ name, user, who, url, workspace, transport, recorder, named },
        net: tap,
      });
      editors.push(editor);
      await pauseUntil(editor.isLive, liveWithin);
      return editor;
    },
    access: options.access ?? null,
    async truth(records) {
      await readTruth({ asker, members: await Promise.all(members.values()), workspace, named, recorder, records });
    },
    async stop() {
      for (const editor of editors) editor.stop();
    },
  };
}
