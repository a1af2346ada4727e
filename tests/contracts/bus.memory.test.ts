import { createMemoryBus } from '@stet/server';
import { pino } from 'pino';
import { busContract } from './bus.js';

const log = pino({ level: 'silent' });

busContract('in one process', async () => {
  const bus = createMemoryBus(log);
  return { node: () => bus, closing: () => createMemoryBus(log), stop: () => bus.close() };
});
