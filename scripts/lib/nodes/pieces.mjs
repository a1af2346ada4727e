// What plays along in `npm run play:nodes`, each by its name: what can be done to it, and how it is.

/**
 * @typedef {object} Piece
 * @property {string} name as it is typed: `node 2`
 * @property {number} port
 * @property {() => number} pid
 * @property {() => Promise<unknown>} ended when the process that runs now has ended
 * @property {Record<string, () => unknown>} acts what can be done to it
 * @property {'up' | 'paused' | 'down'} state
 * @property {() => Promise<string>} [health] what it says of itself
 */

/** Their state afterwards, by what was done; what is not here leaves it as it is. @type {Record<string, Piece['state']>} */
const after = { kill: 'down', stop: 'down', start: 'up', restart: 'up', pause: 'paused', resume: 'up' };
/** What can be done in which state. @type {Record<string, Piece['state'][]>} */
const before = {
  kill: ['up', 'paused'],
  stop: ['up'],
  restart: ['up'],
  pause: ['up'],
  resume: ['paused'],
  start: ['down'],
  flush: ['up'],
};

/** @param {import('./nodes.mjs').Nodes} nodes @returns {Piece[]} */
export function piecesOf({ nodes, postgres, redis, cluster, nginx }) {
  const redises = redis ? [redis] : (cluster?.nodes ?? []);
  return [
    ...(nginx ? [piece('nginx', nginx, {})] : []),
    ...nodes.map((node) => ({
      ...piece(node.name, node, {
        kill: () => node.kill('SIGKILL'),
        stop: () => node.kill('SIGTERM'),
        start: () => node.start(),
        restart: () => node.restart(),
        pause: () => node.signal('SIGSTOP'),
        resume: () => node.signal('SIGCONT'),
      }),
      health: () => healthOf(node.url),
    })),
    piece('postgres', postgres, {
      kill: () => postgres.kill(),
      stop: () => postgres.kill('SIGINT'),
      start: () => postgres.start(),
      restart: () => postgres.restart(),
    }),
    ...redises.map((each, i) =>
      piece(redis ? 'redis' : `redis ${i + 1}`, each, {
        kill: () => each.kill(),
        start: () => each.start(),
        pause: () => each.pause(),
        resume: () => each.resume(),
        flush: () => each.flush(),
      }),
    ),
  ];
}

/**
 * @param {string} name
 * @param {{ port: number, pid: number, ended: Promise<unknown> }} process
 * @param {Piece['acts']} acts
 * @returns {Piece}
 */
const piece = (name, process, acts) => ({
  name,
  port: process.port,
  pid: () => process.pid,
  ended: () => process.ended,
  acts,
  state: 'up',
});

/** @param {string} url */
async function healthOf(url) {
  try {
    const answer = await fetch(`${url}/readyz`, { signal: AbortSignal.timeout(2000) });
    const text = (await answer.text()).trim();
    return answer.ok ? text : `not ready (${answer.status})`;
  } catch {
    return 'does not answer';
  }
}

/**
 * What a typed line asks for.
 * @param {string} line
 * @param {readonly Piece[]} pieces
 * @returns {{ kind: 'nothing' } | { kind: 'all', what: 'status' | 'env' | 'roll' | 'help' | 'quit' }
 *   | { kind: 'one', act: string, piece: Piece } | { kind: 'refused', why: string }}
 */
export function readCommand(line, pieces) {
  const words = line.trim().toLowerCase().split(/\s+/);
  const [act = '', ...rest] = words;
  if (act === '') return { kind: 'nothing' };
  if (rest.length === 0 && (act === 'status' || act === 'env' || act === 'roll' || act === 'help' || act === 'quit')) {
    return { kind: 'all', what: act };
  }
  if (act === 'exit') return { kind: 'all', what: 'quit' };
  const refused = (/** @type {string} */ why) => /** @type {const} */ ({ kind: 'refused', why });
  if (!(act in before)) return refused(`There is no “${line.trim()}”; help says what there is.`);
  // `node2` is meant as well.
  const name = rest.join(' ').replace(/^([a-z]+)(\d+)$/, '$1 $2');
  const piece = pieces.find((each) => each.name === name);
  if (piece === undefined) {
    const some = pieces.filter(({ acts }) => act in acts).map((each) => each.name);
    return refused(`${act} what? There is ${some.join(', ')}.`);
  }
  if (!(act in piece.acts)) {
    const can = Object.keys(piece.acts);
    return refused(`${name} cannot be told to ${act}${can.length > 0 ? `, but to ${can.join(', ')}` : ''}.`);
  }
  if (!before[act]?.includes(piece.state)) return refused(`${name} is ${piece.state}.`);
  return { kind: 'one', act, piece };
}

/** Does it, and notes how the piece is then. @param {Piece} piece @param {string} act */
export async function doTo(piece, act) {
  // From here on its end is no surprise.
  const was = piece.state;
  if (after[act] === 'down' || act === 'restart') piece.state = 'down';
  try {
    await piece.acts[act]?.();
    piece.state = after[act] ?? was;
  } catch (error) {
    if (after[act] === 'up') piece.state = 'down';
    throw error;
  }
}
