import type { Transport } from '@stet/simulator';
import type { Flags } from '../command.js';
import type { Ending } from '../ending.js';

// What the flags ask for, once those that contradict each other are refused.

export type Asked =
  | { kind: 'list' }
  | { kind: 'check'; file: string }
  | {
      kind: 'run';
      /** A ready one's name, or a file; undefined: the usual one. */
      scenario: string | undefined;
      seed: number | undefined;
      editors: number | undefined;
      records: number | undefined;
      /** Milliseconds. */
      duration: number | undefined;
      rate: number | undefined;
      nodes: number | undefined;
      transport: Transport;
      where: Where;
      isShrunk: boolean;
    };
export type AskedRun = Extract<Asked, { kind: 'run' }>;

export type Where =
  | { kind: 'own' }
  | { kind: 'in-process' }
  | { kind: 'running'; url: string; tokens: string; workspace: string }
  | { kind: 'tutorial' }
  | { kind: 'couchdb'; url: string };

/** Where the answers go. */
export interface Answering {
  json: boolean;
  report: string | 'usual' | null;
  history: string | null;
}

/** Flags that are about a run that is made. */
const ofRun = [
  ...['scenario', 'replay', 'editors', 'records', 'duration', 'rate', 'seed', 'transport', 'inProcess', 'nodes'],
  ...['url', 'tokens', 'workspace', 'adapter', 'storeUrl', 'history'],
];

const defaults: Flags = { transport: 'websocket', adapter: 'stet' };
const flagOf = (name: string): string => `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;

export function asked(
  flags: Flags,
): { kind: 'asked'; asked: Asked; answering: Answering } | (Ending & { kind: 'wrong' }) {
  const given = new Set(
    Object.keys(flags).filter((name) => flags[name] !== undefined && flags[name] !== defaults[name]),
  );
  const message = contradiction(flags, given);
  if (message !== null) return { kind: 'wrong', message };
  const text = (name: string): string | undefined => (typeof flags[name] === 'string' ? flags[name] : undefined);
  const number = (name: string): number | undefined => (typeof flags[name] === 'number' ? flags[name] : undefined);
  const json = flags.json === true;
  const isPlain = json || flags.check !== undefined;
  const answering: Answering = {
    json,
    report: text('report') ?? (flags.report === false || isPlain ? null : 'usual'),
    history: text('history') ?? null,
  };
  const check = text('check');
  if (flags.list === true) return { kind: 'asked', asked: { kind: 'list' }, answering };
  if (check !== undefined) return { kind: 'asked', asked: { kind: 'check', file: check }, answering };
  return {
    kind: 'asked',
    answering,
    asked: {
      kind: 'run',
      scenario: text('scenario') ?? text('replay'),
      seed: number('seed'),
      editors: number('editors'),
      records: number('records'),
      duration: number('duration'),
      rate: number('rate'),
      nodes: number('nodes'),
      transport: flags.transport as Transport,
      where: whereOf(text, flags.inProcess === true),
      isShrunk: flags.shrink !== false,
    },
  };
}

function whereOf(text: (name: string) => string | undefined, isInProcess: boolean): Where {
  const [url, tokens, storeUrl] = [text('url'), text('tokens'), text('storeUrl')];
  if (url !== undefined && tokens !== undefined)
    return { kind: 'running', url, tokens, workspace: text('workspace') ?? 'catalogue' };
  if (text('adapter') === 'tutorial') return { kind: 'tutorial' };
  if (storeUrl !== undefined) return { kind: 'couchdb', url: storeUrl };
  return isInProcess ? { kind: 'in-process' } : { kind: 'own' };
}

/** What does not go together, in one sentence. */
function contradiction(flags: Flags, given: ReadonlySet<string>): string | null {
  const has = (name: string) => given.has(name);
  const both = (one: string, others: readonly string[], why: string): string | null => {
    const other = has(one) ? others.find(has) : undefined;
    return other === undefined ? null : `${flagOf(one)} and ${flagOf(other)} do not go together: ${why}.`;
  };
  const without = (one: string, needed: string, why: string): string | null =>
    has(one) && !has(needed) ? `${flagOf(one)} needs ${flagOf(needed)}: ${why}.` : null;
  const isOf = (adapter: string) => flags.adapter === adapter;
  return (
    both('check', [...ofRun, 'list'], 'a history that is there is checked, and nothing is run') ??
    both(
      'list',
      [...ofRun, 'report'].filter((name) => name !== 'report' || flags.report !== false),
      'nothing is run',
    ) ??
    both('scenario', ['replay'], 'both say what happens') ??
    both('inProcess', ['url', 'storeUrl'], 'in this process there is no network') ??
    both('url', ['nodes'], 'there are as many as there are') ??
    without('url', 'tokens', 'it acts as users that are there') ??
    without('tokens', 'url', 'they are of a Stet that runs') ??
    without('workspace', 'url', 'servers of its own have one of their own') ??
    (has('adapter') ? both('adapter', ['url', 'inProcess', 'nodes', 'transport'], 'they are about Stet') : null) ??
    (has('storeUrl') && !isOf('couchdb') ? '--store-url needs --adapter couchdb.' : null) ??
    (isOf('couchdb') && !has('storeUrl')
      ? '--adapter couchdb needs --store-url: where the server is, such as http://admin:password@localhost:5984.'
      : null)
  );
}
