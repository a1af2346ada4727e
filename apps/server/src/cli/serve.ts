import { type Command, Option } from 'commander';
import { running } from './command.js';

export function serveCommand(stet: Command): void {
  stet
    .command('serve')
    .description('start the server; it runs until it is told to stop')
    .addOption(new Option('--port <number>', '0 takes any that is free (default: 4000)').env('PORT'))
    .addOption(new Option('--host <address>', 'where to listen (default: 127.0.0.1, this machine only)').env('HOST'))
    .option('--demo', 'with a catalogue of 600 real books and five people to try it with')
    .option('--test-mode', 'let testers hold requests on their way, by /api/test/holds; never for real data')
    .addHelpText('after', '\nExamples:\n  stet serve --demo\n  stet serve --port 8080 --data /var/lib/stet')
    .addHelpText(
      'after',
      '\nWho was away reads on in the log for STET_LOG_KEEP_DAYS (default: 90); after that,\nthey read anew. Histories stay.',
    )
    .addHelpText(
      'after',
      '\nBy itself it is one node, with SQLite in the data folder. Of several, each has a data folder of its own and the\n' +
        'same of these in its environment:\n' +
        '  DATABASE_URL        Postgres, such as postgres://user:password@db.example.org:5432/stet\n' +
        '  REDIS_URL           what wakes the other nodes, such as redis://redis.example.org:6379;\n' +
        '                      of a cluster redis+cluster://one.example.org:6379,two.example.org:6379\n' +
        '  STET_SECRET         signs sessions; at least 32 random characters, kept in the data folder by one node alone\n' +
        '  STET_DATABASE_POOL  connections of each node to Postgres, at most (default: 10)\n' +
        '  STET_PROXIES        how many proxies stand in front: who asks is told by X-Forwarded-For (default: 0)\n\n' +
        'STET_TEST_MODE=1 is --test-mode. It is refused where NODE_ENV is production.',
    )
    .action(
      running(async (asked) => {
        // Loaded when it is needed: the other commands take none of this.
        const { serving } = await import('./serving.js');
        return serving(asked);
      }),
    );
}
