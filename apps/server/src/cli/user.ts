import { type Command, Option } from 'commander';
import { call } from '../operator/call.js';
import type { OperationOf } from '../operator/operations.js';
import { type Asked, callerOf, performing, quietly, running } from './command.js';
import { type Ending, failed, ok, wrong } from './ending.js';
import { passwordFromStdin, promptPassword } from './password.js';
import { say, table } from './terminal.js';

export function userCommands(stet: Command): void {
  const user = stet.command('user').description('the people who may sign in');
  user
    .command('add')
    .description('make a user; asks for the password on a terminal')
    .argument('<username>', 'what they sign in with: 2 to 32 of a-z 0-9 . _ -')
    .option('--name <full name>', 'what others read beside their changes')
    .addOption(new Option('--password-stdin', 'read the password from stdin').conflicts('password'))
    .option('--password <password>', 'other users of this machine can see it while the command runs')
    .addHelpText(
      'after',
      '\nExamples:\n  stet user add ana --name "Ana Alves"\n' +
        '  pass show stet/ana | stet user add ana --name "Ana Alves" --password-stdin',
    )
    .action(running(add));
  user
    .command('list')
    .description('all users, with what they are members of')
    .addHelpText('after', '\nExample:\n  stet user list')
    .action(
      performing<'userList'>(
        () => ({ kind: 'userList' }),
        (users) =>
          users.length === 0
            ? 'There are no users yet.'
            : table(
                ['USER', 'NAME', 'MEMBER OF'],
                users.map(({ username, name, memberships }) => [
                  username,
                  name,
                  memberships.map(({ workspace, role }) => `${workspace} (${role})`).join(', '),
                ]),
              ),
      ),
    );
}

async function add(asked: Asked): Promise<Ending> {
  const [username = ''] = asked.args;
  const password = await passwordOf(asked);
  if (password.kind !== 'password') return password;
  const operation: OperationOf<'userAdd'> = { kind: 'userAdd', username, password: password.text };
  if (typeof asked.flags.name === 'string') operation.name = asked.flags.name;
  const result = await call<'userAdd'>(callerOf(asked), operation, quietly);
  if (result.kind === 'refused') return failed(result.message);
  const { value } = result;
  say(asked.json ? JSON.stringify(value) : `Added ${value.username}, "${value.name}".`);
  return ok;
}

type Password = { kind: 'password'; text: string };

async function passwordOf({ flags }: Asked): Promise<Password | Ending> {
  if (typeof flags.password === 'string') return { kind: 'password', text: flags.password };
  if (flags.passwordStdin === true) return { kind: 'password', text: await passwordFromStdin() };
  if (!process.stdin.isTTY) return wrong('Give the password with --password-stdin: there is no terminal to ask on.');
  const first = await promptPassword('Password: ');
  if (first === null) return failed('Nothing was added.');
  const second = await promptPassword('The same again: ');
  if (second === null) return failed('Nothing was added.');
  return first === second ? { kind: 'password', text: first } : failed('The two were not the same: nothing was added.');
}
