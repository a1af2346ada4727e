// What may be typed into `npm run play:nodes`, and what it does to whom.
import { expect, test } from 'vitest';
import { doTo, type Piece, readCommand } from '../../scripts/lib/nodes/pieces.mjs';

const piece = (name: string, acts: string[], state: Piece['state'] = 'up'): Piece => ({
  ...{ name, port: 4000, state },
  pid: () => 1,
  ended: () => Promise.resolve(),
  acts: Object.fromEntries(acts.map((act) => [act, () => {}])),
});
const pieces = [
  piece('nginx', []),
  piece('node 1', ['kill', 'start', 'restart']),
  piece('node 2', ['kill', 'start', 'restart'], 'down'),
  piece('redis', ['kill', 'start', 'pause', 'resume', 'flush'], 'paused'),
];
const read = (line: string) => {
  const asked = readCommand(line, pieces);
  return asked.kind === 'one' ? `${asked.act} ${asked.piece.name}` : asked;
};

test.each(['kill node 1', '  Kill  NODE 1 ', 'kill node1'])('“%s” is understood', (line) => {
  expect(read(line)).toBe('kill node 1');
});

test('what concerns all of them stands alone', () => {
  expect(['status', 'env', 'roll', 'help', 'quit', 'exit', ''].map(read)).toMatchObject([
    ...['status', 'env', 'roll', 'help', 'quit', 'quit'].map((what) => ({ kind: 'all', what })),
    { kind: 'nothing' },
  ]);
});

test.each([
  ['destroy node 1', 'There is no “destroy node 1”; help says what there is.'],
  ['kill node 3', 'kill what? There is node 1, node 2, redis.'],
  ['kill', 'kill what? There is node 1, node 2, redis.'],
  ['kill nginx', 'nginx cannot be told to kill.'],
  ['flush node 1', 'node 1 cannot be told to flush, but to kill, start, restart.'],
  ['kill node 2', 'node 2 is down.'],
  ['start node 1', 'node 1 is up.'],
  ['flush redis', 'redis is paused.'],
])('“%s” is refused in words', (line, why) => {
  expect(read(line)).toEqual({ kind: 'refused', why });
});

test('what was killed is down, what was started is up, and what could not be started stays down', async () => {
  const node = piece('node 1', ['kill', 'start', 'restart']);
  await doTo(node, 'kill');
  expect(node.state).toBe('down');
  await doTo(node, 'start');
  expect(node.state).toBe('up');
  node.acts.restart = () => Promise.reject(new Error('no room'));
  await expect(doTo(node, 'restart')).rejects.toThrow('no room');
  expect(node.state).toBe('down');
});
