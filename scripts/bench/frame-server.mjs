// The limit of a delivery: a frame that was encoded once is written to every WebSocket that is open. It speaks as much
// of RFC 6455 as that takes; what a reader sends tells how many times: its one text frame holds the number.
import { createHash } from 'node:crypto';
import { createServer } from 'node:http';

const magic = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11';
const text = Buffer.from(`a["{\\"type\\":\\"rt-change\\",\\"filler\\":\\"${'x'.repeat(900)}\\"}"]`);
const frame = Buffer.concat([Buffer.from([0x81, 126, text.length >> 8, text.length & 0xff]), text]);

const sockets = new Set();
const server = createServer();
server.on('upgrade', (request, socket) => {
  const accept = createHash('sha1').update(`${request.headers['sec-websocket-key']}${magic}`).digest('base64');
  const head = ['HTTP/1.1 101 Switching Protocols', 'Upgrade: websocket', 'Connection: Upgrade'];
  socket.write(`${head.join('\r\n')}\r\nSec-WebSocket-Accept: ${accept}\r\n\r\n`);
  sockets.add(socket);
  socket.on('close', () => sockets.delete(socket));
  socket.on('error', () => sockets.delete(socket));
  socket.on('data', (/** @type {Buffer} */ data) => {
    // A masked frame of less than 126 bytes, its mask all zeros.
    if (data[0] !== 0x81) return void socket.destroy();
    const times = Number(data.subarray(6, 6 + ((data[1] ?? 0) & 0x7f)).toString());
    for (let time = 0; time < times; time += 1) for (const other of sockets) other.write(frame);
  });
});
server.listen(0, '127.0.0.1', () => console.log(JSON.stringify(server.address())));
