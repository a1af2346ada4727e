import type { Plan } from '@stet/simulator';
import type { AskedRun } from './asked.js';

/** The words that run it once more, with the seed that it had; no tokens and passwords stand in them. */
export function againOf(asked: AskedRun, plan: Plan): string {
  return wordsOf(asked, ['--seed', plan.seed]);
}

/** The same with what was written of it: seed, editors and all else stand in the file. */
export function replayOf({ where, transport, isShrunk }: AskedRun, file: string): string {
  const left = { editors: undefined, records: undefined, duration: undefined, rate: undefined, nodes: undefined };
  const asked = { kind: 'run', scenario: undefined, seed: undefined, ...left, where, transport, isShrunk } as const;
  return wordsOf(asked, ['--replay', file]);
}

function wordsOf(asked: AskedRun, last: readonly [flag: string, value: string | number]): string {
  const { where } = asked;
  const words: Array<[flag: string, value: string | number | undefined]> = [
    ['--scenario', asked.scenario],
    ['--editors', asked.editors],
    ['--records', asked.records],
    ['--duration', asked.duration === undefined ? undefined : `${asked.duration / 1_000}s`],
    ['--rate', asked.rate],
    ['--nodes', asked.nodes],
    ['--transport', asked.transport === 'websocket' ? undefined : asked.transport],
    ['--url', where.kind === 'running' ? where.url : undefined],
    ['--tokens', where.kind === 'running' ? where.tokens : undefined],
    ['--workspace', where.kind === 'running' ? where.workspace : undefined],
    ['--adapter', where.kind === 'tutorial' || where.kind === 'couchdb' ? where.kind : undefined],
    ['--store-url', where.kind === 'couchdb' ? '…' : undefined],
    [...last],
  ];
  const said = words.flatMap(([flag, value]) => (value === undefined ? [] : [`${flag} ${quoted(String(value))}`]));
  return ['stet simulate', ...(where.kind === 'in-process' ? ['--in-process'] : []), ...said].join(' ');
}

const quoted = (text: string): string => (/^[\w./:@%+=,…-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`);
