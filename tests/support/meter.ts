// The line between a page and its server, with a meter on it.
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

export interface Meter {
  url: string;
  /** Bytes that the server has sent. */
  readonly received: number;
  reset(): void;
  close(): void;
}

export async function meterTo(url: string): Promise<Meter> {
  const { hostname, port } = new URL(url);
  const sockets = new Set<Socket>();
  let received = 0;
  const server = createServer((near) => {
    const far = connect(Number(port), hostname);
    for (const [one, other] of [
      [near, far],
      [far, near],
    ] as const) {
      sockets.add(one);
      one.on('error', () => other.destroy());
      one.on('close', () => {
        sockets.delete(one);
        other.destroy();
      });
    }
    far.on('data', (bytes: Buffer) => {
      received += bytes.length;
    });
    near.pipe(far);
    far.pipe(near);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    get received() {
      return received;
    },
    reset() {
      received = 0;
    },
    close() {
      server.close();
      for (const socket of sockets) socket.destroy();
    },
  };
}
