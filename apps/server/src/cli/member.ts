import { roles } from '@stet/protocol';
import { type Command, Option } from 'commander';
import type { OperationOf } from '../operator/operations.js';
import { performing } from './command.js';
import { table } from './terminal.js';

export function memberCommands(stet: Command): void {
  const member = stet.command('member').description('who may do what in a workspace; acts at once, on open pages too');
  member
    .command('add')
    .description('let a user into a workspace, or change what they may do there')
    .argument('<user>', 'username')
    .argument('<workspace>', 'id of the workspace')
    .addOption(
      new Option('--role <role>', 'viewers read, editors write, managers manage members too')
        .choices(roles)
        .makeOptionMandatory(),
    )
    .addHelpText('after', '\nExample:\n  stet member add ana catalogue --role editor')
    .action(
      performing<'memberAdd'>(
        ({ args: [user = '', workspace = ''], flags }) => ({
          kind: 'memberAdd',
          user,
          workspace,
          role: flags.role as OperationOf<'memberAdd'>['role'],
        }),
        ({ user, workspace, role, before }) => {
          if (before === role) return `${user} is ${role} of ${workspace} already.`;
          return `${user} is now ${role} of ${workspace}${before ? `, and was ${before}` : ''}.`;
        },
      ),
    );
  member
    .command('remove')
    .description('take a user out of a workspace')
    .argument('<user>', 'username')
    .argument('<workspace>', 'id of the workspace')
    .addHelpText('after', '\nExample:\n  stet member remove ana catalogue')
    .action(
      performing<'memberRemove'>(
        ({ args: [user = '', workspace = ''] }) => ({ kind: 'memberRemove', user, workspace }),
        ({ user, workspace }) => `${user} is no member of ${workspace} any more.`,
      ),
    );
  member
    .command('list')
    .description('the members of a workspace')
    .argument('<workspace>', 'id of the workspace')
    .addHelpText('after', '\nExample:\n  stet member list catalogue')
    .action(
      performing<'memberList'>(
        ({ args: [workspace = ''] }) => ({ kind: 'memberList', workspace }),
        (members) =>
          members.length === 0
            ? 'It has no members yet.'
            : table(
                ['USER', 'NAME', 'ROLE'],
                members.map(({ user, name, role }) => [user, name, role]),
              ),
      ),
    );
}
