// Readers that only count what they hear, by its bytes, so that they cost little beside the server that is measured.
import { request } from 'node:http';
import { connect } from 'node:net';
import { costOf } from './cost.mjs';

/** @typedef {{ heard: number, send: (text: string) => void, close: () => void, more: () => void }} Reader */

const mark = Buffer.from('rt-change');

/** Opens a WebSocket by hand (RFC 6455, 1.3). @param {number} port @param {string} path @returns {Promise<Reader>} */
function open(port, path) {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1');
    /** @type {Reader} */
    const reader = { heard: 0, send, close: () => socket.destroy(), more: () => {} };
    let rest = Buffer.alloc(0);
    let isOpen = false;
    /** @param {string} text */
    function send(text) {
      const body = Buffer.from(text);
      const length = body.length < 126 ? [0x80 | body.length] : [0x80 | 126, body.length >> 8, body.length & 0xff];
      // A mask of zeros leaves the text as it is.
      socket.write(Buffer.concat([Buffer.from([0x81, ...length, 0, 0, 0, 0]), body]));
    }
    socket.on('error', reject);
    socket.on('data', (part) => {
      const data = Buffer.concat([rest, part]);
      let at = data.indexOf(mark);
      let end = 0;
      for (; at !== -1; at = data.indexOf(mark, end)) {
        reader.heard += 1;
        end = at + mark.length;
      }
      rest = data.subarray(Math.max(end, data.length - mark.length + 1));
      if (!isOpen) {
        isOpen = true;
        resolve(reader);
      }
      reader.more();
    });
    const head = ['Upgrade: websocket', 'Connection: Upgrade', 'Sec-WebSocket-Version: 13'];
    const key = 'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==';
    socket.write(`GET ${path} HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\n${[...head, key].join('\r\n')}\r\n\r\n`);
  });
}

/** @param {Reader} reader @param {number} count */
const hears = (reader, count) =>
  new Promise((resolve) => {
    reader.more = () => reader.heard >= count && resolve(reader);
    reader.more();
  });

/** @param {{ port: number, pid: number }} server @param {number} count @param {number} changes */
export async function deliverFrames({ port, pid }, count, changes) {
  const readers = await Promise.all(Array.from({ length: count }, () => open(port, '/')));
  const cost = await costOf(pid, async () => {
    readers[0]?.send(String(changes));
    await Promise.all(readers.map((reader) => hears(reader, changes)));
    return count * changes;
  });
  for (const reader of readers) reader.close();
  return cost;
}

/** @param {number} port @param {string} path @param {string} token @param {unknown} [body] @returns {Promise<any>} */
const post = (port, path, token, body) =>
  new Promise((resolve, reject) => {
    const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
    const sent = request({ host: '127.0.0.1', port, method: 'POST', path, headers }, (answer) => {
      let said = '';
      answer.setEncoding('utf8').on('data', (part) => {
        said += part;
      });
      answer.on('end', () => resolve(JSON.parse(said)));
    });
    sent.on('error', reject);
    sent.end(body === undefined ? undefined : JSON.stringify(body));
  });

/** @param {{ port: number, pid: number, token: string }} server @param {number} count @param {number} changes */
export async function deliverStet({ port, pid, token }, count, changes) {
  /** @type {Reader[]} */
  const readers = [];
  for (let place = 0; place < count; place += 1) {
    const { ticket } = await post(port, '/api/rt/ticket', token);
    const reader = await open(port, `/rt/000/bench${place}/websocket`);
    reader.send(JSON.stringify([JSON.stringify({ type: 'hello', protocol: 1, ticket })]));
    // The welcome names the channel, which begins like a change.
    await hears(reader, 1);
    readers.push(reader);
  }
  const cost = await costOf(pid, async () => {
    const create = (/** @type {number} */ place) =>
      post(port, '/api/workspaces/catalogue/books', token, { title: `A book told to everybody ${place}` });
    await Promise.all(Array.from({ length: changes }, (_, place) => create(place)));
    await Promise.all(readers.map((reader) => hears(reader, changes + 1)));
    return count * changes;
  });
  for (const reader of readers) reader.close();
  return cost;
}
