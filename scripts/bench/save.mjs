// Requests one after the other on each of some kept connections, for some seconds; the answer is what each cost.
import { Agent, request } from 'node:http';
import { costOf } from './cost.mjs';

/**
 * @typedef {{ method?: string, path: string, headers?: Record<string, string | undefined>, body?: unknown }} Ask
 * @typedef {{ status: number | undefined, etag: string | undefined, body: unknown }} Answer
 * @typedef {(count: number) => Promise<unknown>} Step
 */

/** @param {Agent} agent @param {number} port @param {Ask} ask @returns {Promise<Answer>} */
function ask(agent, port, { method = 'GET', path, headers = {}, body }) {
  const text = body === undefined ? undefined : JSON.stringify(body);
  const content =
    text === undefined ? {} : { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) };
  return new Promise((resolve, reject) => {
    const sent = request(
      { agent, host: '127.0.0.1', port, method, path, headers: { ...headers, ...content } },
      (answer) => {
        let said = '';
        answer.setEncoding('utf8').on('data', (part) => {
          said += part;
        });
        answer.on('end', () =>
          resolve({ status: answer.statusCode, etag: answer.headers.etag, body: JSON.parse(said) }),
        );
      },
    );
    sent.on('error', reject);
    sent.end(text);
  });
}

/**
 * @param {number} pid @param {number} seconds @param {number} connections
 * @param {(agent: Agent, place: number) => Step | Promise<Step>} worker
 */
async function rounds(pid, seconds, connections, worker) {
  const agent = new Agent({ keepAlive: true, maxSockets: connections });
  const steps = await Promise.all(Array.from({ length: connections }, (_, place) => worker(agent, place)));
  const until = performance.now() + seconds * 1000;
  const cost = await costOf(pid, async () => {
    const counts = await Promise.all(
      steps.map(async (step) => {
        let count = 0;
        for (; performance.now() < until; count += 1) await step(count);
        return count;
      }),
    );
    return counts.reduce((sum, count) => sum + count, 0);
  });
  agent.destroy();
  return cost;
}

/** @param {{ port: number, pid: number }} server @param {number} seconds @param {number} connections */
export const echo = ({ port, pid }, seconds, connections) =>
  rounds(pid, seconds, connections, (agent) => (count) => {
    return ask(agent, port, { method: 'PATCH', path: '/echo', body: { pages: count + 1 } });
  });

/**
 * Each connection saves a book of its own, again and again, each time on the version that it was just given.
 * @param {{ port: number, pid: number, token: string }} server @param {number} seconds @param {number} connections
 */
export const save = ({ port, pid, token }, seconds, connections) =>
  rounds(pid, seconds, connections, async (agent, place) => {
    const authorization = `Bearer ${token}`;
    const path = `/api/workspaces/catalogue/books/${place + 1}`;
    let { etag } = await ask(agent, port, { path, headers: { authorization } });
    const odd = Math.round(performance.now());
    return async (count) => {
      const headers = { authorization, 'if-match': etag };
      const body = { pages: 1 + ((count + odd) % 99_999) };
      const answer = await ask(agent, port, { method: 'PATCH', path, headers, body });
      if (answer.status !== 200) throw new Error(`A save was answered with ${answer.status}`);
      etag = answer.etag;
    };
  });
