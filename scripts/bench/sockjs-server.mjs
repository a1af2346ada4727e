// The peer of a delivery: sockjs-node as it comes, that writes what it is told to every connection.
import { createServer } from 'node:http';
import sockjs from 'sockjs';

const connections = new Set();
const sock = sockjs.createServer({ log: () => {} });
sock.on('connection', (connection) => {
  connections.add(connection);
  connection.on('close', () => connections.delete(connection));
  // `{times, text}`: the text to all, that many times.
  connection.on('data', (said) => {
    const { times, text } = JSON.parse(said);
    for (let time = 0; time < times; time += 1) for (const other of connections) other.write(text);
  });
});
const server = createServer();
sock.installHandlers(server, { prefix: '/rt' });
server.listen(0, '127.0.0.1', () => console.log(JSON.stringify(server.address())));
