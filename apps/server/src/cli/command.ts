import type { Command } from 'commander';
import { type Logger, pino } from 'pino';
import { type Config, readConfig } from '../config.js';
import { call } from '../operator/call.js';
import type { Done, Hearing, Kind, OperationOf } from '../operator/operations.js';
import { type Ending, failed, ok, statusOf, wrong } from './ending.js';
import { complain, say } from './terminal.js';

// What all commands share: flags over environment to a config, and from an ending to the exit status.

export type Flags = Record<string, unknown>;

export interface Asked {
  /** The words, such as `stet user add`. */
  what: string;
  args: string[];
  flags: Flags;
  config: Config;
  /** Whether a program reads the answer. */
  json: boolean;
}

type Run = (asked: Asked) => Promise<Ending>;

/** Makes a commander action of a command. */
export const running = (run: Run) => ending((command) => prepared(command, run));

/** Of one that has nothing to do with a data folder. */
export const runningAlone = (run: (flags: Flags) => Promise<Ending>) =>
  ending((command) => run(command.optsWithGlobals()));

const ending =
  (of: (command: Command) => Promise<Ending>) =>
  async (...given: unknown[]): Promise<void> => {
    const ended = await of(given.at(-1) as Command);
    if (ended.kind !== 'ok') complain(ended.message);
    process.exitCode = statusOf[ended.kind];
  };

async function prepared(command: Command, run: Run): Promise<Ending> {
  const flags: Flags = command.optsWithGlobals();
  const given = (name: string) => (typeof flags[name] === 'string' ? flags[name] : undefined);
  const { PORT, HOST, STET_DATA, STET_TEST_MODE } = process.env;
  const env = {
    ...process.env,
    PORT: given('port') ?? PORT,
    HOST: given('host') ?? HOST,
    STET_DATA: given('data') ?? STET_DATA,
    STET_TEST_MODE: flags.testMode === true ? '1' : STET_TEST_MODE,
  };
  const read = readConfig(env);
  if (read.kind === 'wrong') return wrong(`${read.errors.join('; ')}.`);
  return run({
    what: wordsOf(command),
    args: command.processedArgs as string[],
    flags,
    config: read.config,
    json: flags.json === true,
  });
}

const wordsOf = (command: Command): string =>
  command.parent ? `${wordsOf(command.parent)} ${command.name()}` : command.name();

/** A command that is one operation: what it asks for, and what it says when it is done. */
export const performing = <K extends Kind>(
  operationOf: (asked: Asked) => OperationOf<K>,
  textOf: (value: Done[K]) => string,
): ((...given: unknown[]) => Promise<void>) =>
  running(async (asked) => {
    const result = await call<K>(callerOf(asked), operationOf(asked), quietly);
    if (result.kind === 'refused') return failed(result.message);
    say(asked.json ? JSON.stringify(result.value) : textOf(result.value));
    return ok;
  });

export const callerOf = ({ config, what }: Asked) => ({ config, what, log: quietLog() });

export const quietly: Hearing = { onHeard: () => {}, signal: new AbortController().signal };

/** A command speaks in sentences; its log is for whoever asks for one. */
const quietLog = (): Logger => pino({ level: process.env.LOG_LEVEL || 'silent' }, pino.destination(2));
