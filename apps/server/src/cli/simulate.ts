import { type Command, InvalidArgumentError, Option } from 'commander';
import { runningAlone } from './command.js';

export function simulateCommand(stet: Command): void {
  stet
    .command('simulate')
    .description('let many people save the same records at once, and prove from what happened that no rule was broken')
    .option('--scenario <name|file>', 'what happens: a ready one (--list), or a YAML file (default: hot-record)')
    .option('--list', 'list the ready scenarios')
    .addOption(whole('--editors <number>', 'how many people, shared out as the scenario has them', 1, 2_000))
    .addOption(whole('--records <number>', 'how many records they work on', 1, 10_000))
    .option('--duration <time>', 'how long they act: seconds, or a time such as 500ms, 30s, 2m', duration)
    .option('--rate <number>', 'actions a second, of all of them together', rate)
    .addOption(
      whole('--seed <number>', 'draws all that is left to chance; the same seed is the same plan', 0, 2 ** 32 - 1),
    )
    .addOption(
      new Option('--transport <name>', 'how the pages are told of changes')
        .choices(['http', 'websocket', 'xhr'])
        .default('websocket'),
    )
    .option('--in-process', 'all in this process, under a virtual clock: one seed, one history, byte for byte')
    .addOption(whole('--nodes <number>', 'servers side by side; several need DATABASE_URL and a redis-server', 1, 5))
    .option('--url <url>', 'a Stet that runs already, such as http://localhost:4000, in place of one of its own')
    .option('--tokens <file>', 'for --url: a token in each line, one for each user (stet token create)')
    .option('--workspace <id>', 'for --url: where the records are made (default: catalogue)')
    .addOption(
      new Option('--adapter <name>', 'what is put to the test: Stet, a CouchDB server, or what tutorials build')
        .choices(['stet', 'couchdb', 'tutorial'])
        .default('stet'),
    )
    .option('--store-url <url>', 'for --adapter couchdb: such as http://admin:password@localhost:5984')
    .option('--report <file>', 'write the report to this new HTML file (default: stet-simulation.html)')
    .option('--no-report', 'write no report')
    .option('--history <file>', 'write all that happened to this new file, one JSON object a line')
    .option('--replay <file>', 'run what an earlier run that broke a rule has written')
    .option('--no-shrink', 'where a rule breaks, do not look for the fewest steps that break it')
    .option('--check <file>', 'run nothing, and check the history in this file')
    .addHelpText(
      'after',
      '\nA run ends with a verdict, its figures and a report, stet-simulation.html in this folder, which replaces the\n' +
        'report of an earlier run and nothing else; with --json there is one only where --report asks for it. Where a rule\n' +
        'breaks, the fewest steps that break it are written to stet-replay-SCENARIO-SEED.yaml, for --replay.\n' +
        'Ctrl+C ends the run early, and tells what is known by then.\n' +
        'Exit status: 0 every rule held, 1 one was broken or the run could not be made or was stopped, 2 wrong usage.\n\n' +
        'Examples:\n' +
        '  stet simulate --editors 100 --records 5 --duration 30\n' +
        '  stet simulate --scenario offline-returns --in-process --seed 7\n' +
        '  stet simulate --adapter tutorial\n' +
        '  stet simulate --url http://localhost:4000 --tokens tokens.txt --workspace catalogue',
    )
    .action(
      runningAlone(async (flags) => {
        // Loaded when it is needed: the other commands take none of this.
        const { simulating } = await import('./simulating.js');
        return simulating(flags);
      }),
    );
}

const whole = (flags: string, description: string, least: number, most: number): Option =>
  new Option(flags, description).argParser((text) => {
    const value = Number(text);
    if (/^\d+$/.test(text) && value >= least && value <= most) return value;
    throw new InvalidArgumentError(`It must be a whole number from ${least} to ${most}.`);
  });

function rate(text: string): number {
  const value = Number(text);
  if (/^\d+(\.\d+)?$/.test(text) && value > 0 && value <= 1_000_000) return value;
  throw new InvalidArgumentError('It must be a number above 0, a million at most.');
}

const units = { ms: 1, s: 1_000, m: 60_000 } as const;

/** Milliseconds. */
function duration(text: string): number {
  const [, number, unit = 's'] = /^(\d+(?:\.\d+)?)(ms|s|m)?$/.exec(text.trim()) ?? [];
  const ms = Math.round(Number(number) * units[unit as keyof typeof units]);
  if (ms > 0 && ms <= 24 * 60 * 60_000) return ms;
  throw new InvalidArgumentError('It must be seconds, or a time such as 500ms, 30s or 2m, of a day at most.');
}
