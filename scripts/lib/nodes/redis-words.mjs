// As much of Redis's protocol as it takes to start one and to empty it: a line up, a reply down (RESP2).
import { connect } from 'node:net';

/**
 * One command on a connection of its own.
 * @param {number} port
 * @param {string} line such as `CLUSTER INFO`
 * @param {number} [most] milliseconds
 * @returns {Promise<string>} the reply: a status, a number or a text
 */
export function tellRedis(port, line, most = 5000) {
  return new Promise((resolve, reject) => {
    const socket = connect({ port, host: '127.0.0.1' });
    let came = '';
    /** @param {Error | string} what */
    const settle = (what) => {
      socket.destroy();
      if (typeof what === 'string') resolve(what);
      else reject(what);
    };
    socket.setTimeout(most, () => settle(new Error(`Redis on port ${port} did not answer ${line}.`)));
    socket.setEncoding('utf8').on('data', (text) => {
      came += text;
      const reply = readReply(came);
      if (reply !== undefined) settle(reply);
    });
    socket.on('error', settle).on('close', () => settle(new Error(`Redis on port ${port} hung up on ${line}.`)));
    socket.write(`${line}\r\n`);
  });
}

/** @param {string} came @returns {string | Error | undefined} undefined: there is more to come */
function readReply(came) {
  const end = came.indexOf('\r\n');
  if (end < 0) return undefined;
  const [kind, head] = [came[0], came.slice(1, end)];
  if (kind === '-') return new Error(head);
  if (kind !== '$') return head;
  // Nothing there is a text of length -1.
  const length = Math.max(Number(head), 0);
  const text = came.slice(end + 2);
  return text.length >= length ? text.slice(0, length) : undefined;
}
