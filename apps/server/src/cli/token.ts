import { type Command, InvalidArgumentError } from 'commander';
import { performing } from './command.js';
import { table } from './terminal.js';

export function tokenCommands(stet: Command): void {
  const token = stet.command('token').description('tokens by which machines sign in');
  token
    .command('create')
    .description('make a token that acts for a user; prints the token and nothing else')
    .argument('<user>', 'username')
    .option('--label <text>', 'what it is for', 'command line')
    .option('--days <number>', 'how long it works', wholeNumber, 365)
    .addHelpText(
      'after',
      '\nThe token is shown this once and cannot be had again.\n\nExample:\n' +
        '  TOKEN=$(stet token create ana --label "nightly import" --days 30)\n' +
        '  curl -H "Authorization: Bearer $TOKEN" http://localhost:4000/api/me',
    )
    .action(
      performing<'tokenCreate'>(
        ({ args: [user = ''], flags }) => ({
          kind: 'tokenCreate',
          user,
          label: String(flags.label),
          days: Number(flags.days),
        }),
        (created) => created.token,
      ),
    );
  token
    .command('list')
    .description('all tokens, the newest first')
    .addHelpText('after', '\nExample:\n  stet token list')
    .action(
      performing<'tokenList'>(
        () => ({ kind: 'tokenList' }),
        (tokens) =>
          tokens.length === 0
            ? 'There are no tokens yet.'
            : table(
                ['ID', 'USER', 'LABEL', 'CREATED', 'EXPIRES', 'STATE'],
                tokens.map(({ id, user, label, created, expires, state }) => [
                  id,
                  user,
                  label,
                  dayOf(created),
                  dayOf(expires),
                  state,
                ]),
              ),
      ),
    );
  token
    .command('revoke')
    .description('end a token; whatever it had opened is closed')
    .argument('<id>', 'its id (see token list), or the token itself')
    .addHelpText('after', '\nExample:\n  stet token revoke 7Qk2…')
    .action(
      performing<'tokenRevoke'>(
        ({ args: [id = ''] }) => ({ kind: 'tokenRevoke', id }),
        ({ id }) => `Revoked ${id.startsWith('stet_') ? 'the token' : id}.`,
      ),
    );
}

const dayOf = (at: string): string => at.slice(0, 10);

function wholeNumber(text: string): number {
  if (!/^\d{1,9}$/.test(text)) throw new InvalidArgumentError('It must be a whole number.');
  return Number(text);
}
