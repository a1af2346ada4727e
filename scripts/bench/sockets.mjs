// Readers that only look for a mark in what they hear, by its bytes, so that they cost little beside the server that is
// measured; and the requests that open them.
import { Agent, request } from 'node:http';
import { connect } from 'node:net';

/**
 * @typedef {{ heard: number, send: (text: string) => void, pause: () => void, goOn: () => void, close: () => void,
 *   more: () => void }} Reader
 * @typedef {{ text: string, tail: number, found: (tail: string) => void }} Mark  the tail: bytes after the text
 */

/** @type {Mark} */
const change = { text: 'rt-change', tail: 0, found: () => {} };

/**
 * Opens a WebSocket by hand (RFC 6455, 1.3).
 * @param {number} port @param {string} path @param {Mark} [mark] @returns {Promise<Reader>}
 */
export function open(port, path, mark = change) {
  const text = Buffer.from(mark.text);
  const length = text.length + mark.tail;
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1');
    const [pause, goOn] = [() => void socket.pause(), () => void socket.resume()];
    /** @type {Reader} */
    const reader = { heard: 0, send, pause, goOn, close: () => socket.destroy(), more: () => {} };
    let rest = Buffer.alloc(0);
    let isOpen = false;
    /** @param {string} said */
    function send(said) {
      const body = Buffer.from(said);
      const size = body.length < 126 ? [0x80 | body.length] : [0x80 | 126, body.length >> 8, body.length & 0xff];
      // A mask of zeros leaves the text as it is.
      socket.write(Buffer.concat([Buffer.from([0x81, ...size, 0, 0, 0, 0]), body]));
    }
    socket.on('error', reject);
    socket.on('data', (part) => {
      const data = Buffer.concat([rest, part]);
      let end = 0;
      let at = data.indexOf(text);
      for (; at !== -1 && at + length <= data.length; at = data.indexOf(text, end)) {
        reader.heard += 1;
        end = at + length;
        mark.found(data.toString('latin1', at + text.length, end));
      }
      rest = data.subarray(at === -1 ? Math.max(end, data.length - text.length + 1) : at);
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

/** @param {Reader} reader @param {number} count @returns {Promise<void>} */
export const hears = (reader, count) =>
  new Promise((resolve) => {
    reader.more = () => reader.heard >= count && resolve();
    reader.more();
  });

const agent = new Agent({ keepAlive: true, maxSockets: 64 });

/** @param {number} port @param {string} path @param {string} token @param {unknown} [body] @returns {Promise<any>} */
export const post = (port, path, token, body) =>
  new Promise((resolve, reject) => {
    const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
    const sent = request({ agent, host: '127.0.0.1', port, method: 'POST', path, headers }, (answer) => {
      let said = '';
      answer.setEncoding('utf8').on('data', (part) => {
        said += part;
      });
      answer.on('end', () => resolve(JSON.parse(said)));
    });
    sent.on('error', reject);
    sent.end(body === undefined ? undefined : JSON.stringify(body));
  });

/** Ends the connections that requests were made on. */
export const hangUp = () => agent.destroy();

let opened = 0;

/**
 * A socket that has said hello. @param {number} port @param {string} token @param {Mark} [mark]
 * @param {Record<string, string>} [cursors] @returns {Promise<Reader>}
 */
export async function openSocket(port, token, mark, cursors) {
  const { ticket } = await post(port, '/api/rt/ticket', token);
  opened += 1;
  const reader = await open(port, `/rt/000/bench${opened}/websocket`, mark);
  reader.send(JSON.stringify([JSON.stringify({ type: 'hello', protocol: 1, ticket, cursors })]));
  return reader;
}
