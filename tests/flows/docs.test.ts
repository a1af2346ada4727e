import { problemKinds } from '@stet/protocol';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Http, httpTo } from '../support/http.js';
import { type InProcess, startInProcess } from '../support/server.js';

// What explains the interface, for whoever has not signed in yet.

let server: InProcess;
let http: Http;
beforeAll(async () => {
  server = await startInProcess();
  http = httpTo(server.url);
});
afterAll(async () => {
  http.close();
  await server.stop();
});

const get = (path: string, accept?: string) => http.ask({ path, headers: accept ? { accept } : {} });

interface Api {
  openapi: string;
  paths: Record<string, Record<string, { operationId: string; responses: Record<string, unknown> }>>;
}

test('the description is there for machines', async () => {
  const { status, headers, text } = await get('/api/openapi.json');
  expect([status, headers['content-type']]).toEqual([200, 'application/json; charset=utf-8']);
  const api = JSON.parse(text) as Api;
  expect(api.openapi).toBe('3.1.0');
  expect(Object.keys(api.paths)).toContain('/api/workspaces/{workspace}/books/{id}');
});

test('every path that is described is served, and answers in a way that is described', async () => {
  const api = JSON.parse((await get('/api/openapi.json')).text) as Api;
  for (const [path, methods] of Object.entries(api.paths)) {
    for (const [method, { responses }] of Object.entries(methods)) {
      const concrete = path.replace('{name}', 'gone').replace(/\{\w+\}/g, 'x');
      const { status } = await http.ask({ method: method.toUpperCase(), path: concrete });
      expect([method, path, Object.keys(responses).includes(String(status))]).toEqual([method, path, true]);
      expect([method, path, status]).not.toEqual([method, path, 404]);
    }
  }
});

test('the page names every request and every problem, with no script and nothing inline', async () => {
  const api = JSON.parse((await get('/api/openapi.json')).text) as Api;
  const { status, headers, text } = await get('/api/docs');
  expect([status, headers['content-type']]).toEqual([200, 'text/html; charset=utf-8']);
  for (const [path, methods] of Object.entries(api.paths)) {
    expect(text).toContain(path);
    for (const { operationId } of Object.values(methods)) expect(text).toContain(`id="${operationId}"`);
  }
  for (const name of Object.keys(problemKinds)) expect(text).toContain(`href="/problems/${name}"`);
  expect(text).not.toMatch(/<script|<style|\sstyle=|\son\w+=|javascript:/i);
  expect(text).toMatch(/^<!doctype html>\n<html lang="en">/);
  const ids = [...text.matchAll(/ id="([^"]*)"/g)].map(([, id]) => id);
  expect(new Set(ids).size).toBe(ids.length);
  for (const [, target] of text.matchAll(/ (?:href="#|aria-labelledby=")([^"]*)"/g)) expect(ids).toContain(target);
});

test('its style is a file, and the content security policy allows no other', async () => {
  const page = await get('/api/docs');
  const [, style] = /<link rel="stylesheet" href="([^"]*)">/.exec(page.text) ?? [];
  const { status, headers } = await get(style ?? '');
  expect([status, headers['content-type']]).toEqual([200, 'text/css; charset=utf-8']);
  expect(page.headers['content-security-policy']).toContain("style-src 'self'");
  expect(page.headers['content-security-policy']).toContain("script-src 'self'");
});

test('the type of each problem is a page, and JSON for who asks for it', async () => {
  for (const [name, { title, about, status: ofProblem }] of Object.entries(problemKinds)) {
    const page = await get(`/problems/${name}`, 'text/html,application/xhtml+xml,*/*;q=0.8');
    expect([page.status, page.headers['content-type']]).toEqual([200, 'text/html; charset=utf-8']);
    expect(page.text).toContain(`<h1>${title}</h1>`);
    expect(page.headers.vary?.toLowerCase()).toContain('accept');
    const json = await get(`/problems/${name}`, 'application/json');
    expect(JSON.parse(json.text)).toEqual({ type: `/problems/${name}`, status: ofProblem, title, about });
  }
  expect((await get('/problems/gone')).headers['content-type']).toBe('text/html; charset=utf-8');
});

test('what no problem is called is not found', async () => {
  for (const name of ['nothing', 'constructor', '__proto__', 'toString', '<script>', '%3Cscript%3E']) {
    const { status, headers, text } = await get(`/problems/${name}`);
    expect([name, status, headers['content-type']?.split(';')[0]]).toEqual([name, 404, 'application/problem+json']);
    expect(text).not.toContain('<script>');
  }
});
