// Readers that only count; the answer is deliveries per second, from the first write to the last reader's last message.

import { Agent, request } from 'node:http';
import SockJS from 'sockjs-client';

const text = JSON.stringify({ type: 'rt-change', filler: 'x'.repeat(700) });

/** @typedef {{ socket: InstanceType<typeof SockJS>, count: number, heard: () => void }} Counter */

/** @param {number} port @param {string} [hello] @returns {Promise<Counter>} */
function reader(port, hello) {
  return new Promise((resolve, reject) => {
    const socket = new SockJS(`http://127.0.0.1:${port}/rt`, null, { transports: ['websocket'] });
    /** @type {Counter} */
    const counter = { socket, count: 0, heard: () => {} };
    socket.onopen = () => (hello ? socket.send(hello) : resolve(counter));
    socket.onclose = () => reject(new Error('A reader was cut off'));
    socket.onmessage = ({ data }) => {
      if (data.startsWith('{"type":"welcome"')) return resolve(counter);
      if (!data.startsWith('{"type":"rt-change"')) return;
      counter.count += 1;
      counter.heard();
    };
  });
}

/** @param {Counter[]} counters @param {number} changes @param {() => unknown} write */
async function measure(counters, changes, write) {
  const all = Promise.all(
    counters.map(
      (counter) =>
        new Promise((resolve) => {
          counter.heard = () => counter.count >= changes && resolve(counter);
        }),
    ),
  );
  const began = performance.now();
  await write();
  await all;
  const took = (performance.now() - began) / 1000;
  for (const { socket } of counters) {
    socket.onclose = null;
    socket.close();
  }
  return (counters.length * changes) / took;
}

const agent = new Agent({ keepAlive: true, maxSockets: 16 });
/** @param {number} port @param {string} path @param {string} token @param {unknown} [body] @returns {Promise<{ ticket: string }>} */
const post = (port, path, token, body) =>
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

export const deliver = {
  /** @param {{ port: number }} server @param {number} readers @param {number} changes */
  async peer({ port }, readers, changes) {
    const counters = await Promise.all(Array.from({ length: readers }, () => reader(port)));
    return measure(counters, changes, async () => counters[0]?.socket.send(JSON.stringify({ times: changes, text })));
  },
  /** @param {{ port: number, token: string }} server @param {number} readers @param {number} changes */
  async stet({ port, token }, readers, changes) {
    const counters = [];
    for (let place = 0; place < readers; place += 1) {
      const { ticket } = await post(port, '/api/rt/ticket', token);
      counters.push(await reader(port, JSON.stringify({ type: 'hello', protocol: 1, ticket })));
    }
    const title = 'A book that is told to everybody';
    /** @param {number} place */
    const create = (place) => post(port, '/api/workspaces/catalogue/books', token, { title: `${title} ${place}` });
    return measure(counters, changes, () => Promise.all(Array.from({ length: changes }, (_, place) => create(place))));
  },
};
