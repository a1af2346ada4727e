import { Command, CommanderError, Option } from 'commander';
import { auditCommand } from './audit.js';
import { statusOf } from './ending.js';
import { importCommand } from './import.js';
import { memberCommands } from './member.js';
import { serveCommand } from './serve.js';
import { simulateCommand } from './simulate.js';
import { complain, mindClosedPipes, note } from './terminal.js';
import { tokenCommands } from './token.js';
import { userCommands } from './user.js';
import { workspaceCommands } from './workspace.js';

// The program `stet`: words and flags to commands, each in its own file.

const stet = new Command('stet')
  .description('Stet: several people edit the same records at once, and nobody overwrites another unknowingly.')
  .addOption(new Option('--data <folder>', 'where everything is kept (default: ./var)').env('STET_DATA'))
  .option('--json', 'answer in JSON, for programs')
  .configureHelp({ showGlobalOptions: true })
  .configureOutput({ outputError: (text) => complain(text.replace(/^error: /, '').trim()) })
  .addHelpText(
    'after',
    '\nA command acts through the server that runs on the same data folder, and does without where none runs.\n' +
      'With DATABASE_URL (and REDIS_URL) as the servers have them, that may be any folder of any machine.\n' +
      'Exit status: 0 all went well, 1 it did not, 2 wrong usage.\n\n' +
      'Examples:\n  stet serve --demo\n  stet user add ana --name "Ana Alves"\n  stet import books.csv',
  )
  .exitOverride();

serveCommand(stet);
workspaceCommands(stet);
userCommands(stet);
memberCommands(stet);
tokenCommands(stet);
importCommand(stet);
auditCommand(stet);
simulateCommand(stet);

// What is kept is its user's alone, whatever folder it is put in.
process.umask(0o077);
mindClosedPipes();
process.on('uncaughtException', (error) => process.exit(ended(error)));
try {
  await stet.parseAsync();
} catch (error) {
  process.exitCode = ended(error);
}

function ended(error: unknown): number {
  // Commander has said already what was wrong, or shown the help that was asked for.
  if (error instanceof CommanderError) return error.exitCode === 0 ? statusOf.ok : statusOf.wrong;
  complain(error instanceof Error ? error.message : String(error));
  if (process.env.LOG_LEVEL === 'debug' && error instanceof Error) note(error.stack ?? '');
  return statusOf.failed;
}
