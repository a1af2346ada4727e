import type { Command } from 'commander';
import { performing } from './command.js';

export function workspaceCommands(stet: Command): void {
  const workspace = stet.command('workspace').description('groups of people and the records that they share');
  workspace
    .command('add')
    .description('make a workspace')
    .argument('<id>', 'as it stands in addresses: letters, digits and . _ ~ -')
    .requiredOption('--name <name>', 'what people call it')
    .addHelpText('after', '\nExample:\n  stet workspace add catalogue --name "The catalogue"')
    .action(
      performing<'workspaceAdd'>(
        ({ args: [id = ''], flags }) => ({ kind: 'workspaceAdd', id, name: String(flags.name) }),
        ({ id, name }) => `Made the workspace ${id}, "${name}".`,
      ),
    );
}
