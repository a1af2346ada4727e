// A server of CouchDB's protocol, in memory and on loopback, for runs of the simulator against another store. It runs
// from .build/parts/couch, where its packages are. The first line that it says is its address; it ends with whoever
// started it, when its standard input does.
const { get } = require('node:http');
const express = require('express-pouchdb');
const PouchDB = require('pouchdb-core').default ?? require('pouchdb-core');
const memory = require('pouchdb-adapter-memory');

PouchDB.plugin(memory.default ?? memory);
const app = express(PouchDB.defaults({ adapter: 'memory' }), { mode: 'minimumForPouchDB', inMemoryConfig: true });
const server = app.listen(0, '127.0.0.1', () => {
  const url = `http://127.0.0.1:${server.address().port}`;
  // Ready is who has answered.
  get(url, (answer) => answer.resume().on('end', () => process.stdout.write(`${url}\n`)));
});
process.stdin.resume().on('end', () => process.exit(0));
