import { AsyncResource } from 'node:async_hooks';
import type { Dial } from '@stet/client';
import type { CoreLine } from './core.js';
import { createPipe } from './pipe.js';
import type { Way } from './way.js';

// A socket on the virtual network, as the client dials one:
//
//   reaching ─▶ open ─▶ over   (closed by the client, by the server, or lost)

export const dialOver =
  (way: Way): Dial =>
  ({ url, order, trying, open, message, lost }) => {
    const { hostname } = new URL(url);
    const [transport = 'websocket'] = order;
    const client = new AsyncResource('VirtualClient');
    let line: CoreLine | null = null;
    const down = createPipe<() => void>(way.takes, (hear) => client.runInAsyncScope(hear));
    const up = createPipe<() => void>(way.takes, (done) => way.serving(done));

    function reach(): void {
      const node = way.nodeAt(hostname);
      if (!node) return down.put(lost);
      down.put(() => open(transport));
      line = node.connect({
        message: (text) => down.put(() => message(text)),
        closed() {
          if (node.isUp || way.crashed === 'closed') down.put(lost);
        },
      });
    }

    trying(transport);
    up.put(reach);
    return {
      send: (text) => up.put(() => line?.say(text)),
      close() {
        down.cut();
        up.put(() => line?.leave());
      },
    };
  };
