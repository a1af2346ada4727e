import { test } from 'vitest';
import { connect } from 'node:net';
import { startInProcess } from './support/server.js';
test('x', async () => { const s = await startInProcess({LOG_LEVEL:'info'});
 const raw = (b: string) => new Promise<string>((r) => { const k = connect(s.running.port, '127.0.0.1'); let t=''; k.on('data', d=>{t+=d}); k.on('close', ()=>r(t)); k.on('error', e=>r(String(e))); k.end(b); });
 for (const t of ['//api/me','/problems/%', '/problems/%E0%A4%A', '/%', '/%E0%A4%A', '/w/%', '/favicon%.ico', '//', '/\\x', 'http://[::1/api/me','/w/../api/me', '/..%2f..%2fpackage.json']) console.log(t, (await raw(`GET ${t} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n`)).replace(/content-security.*?\r\n|cross-.*?\r\n|x-.*?\r\n|(origin|referrer|date).*?\r\n/gi,''));
 await s.stop(); });
