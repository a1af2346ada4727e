import type { ServerEvent } from '../scenario/plan.js';
import { eventText } from '../scenario/steps.js';
import { bounded } from './bounded.js';
import type { Running } from './running.js';

// What befalls the server, and that all of it is mended before the end.

export async function doServerEvent(running: Running, event: ServerEvent): Promise<void> {
  const { recorder, adapter, roles, broken } = running;
  if (event.do === 'access') {
    const { user, role } = event;
    const { access } = adapter;
    if (!access) return recorder.note({ kind: 'fault', what: 'access: this store knows none' });
    recorder.note({ kind: 'access', user, role, is: 'asked' });
    const isCertain = await bounded(recorder, 'access', null, () => access(user, role).then(() => true), false);
    if (isCertain) recorder.note({ kind: 'access', user, role, is: 'certain' });
    roles.set(user, role);
    return;
  }
  if (event.do === 'kill') broken.add(`node ${event.node}`);
  if (event.do === 'restart') broken.delete(`node ${event.node}`);
  if (event.do === 'kill-redis') broken.add('redis');
  if (event.do === 'restart-redis') broken.delete('redis');
  const what = eventText(event);
  recorder.note({ kind: 'fault', what });
  await bounded(recorder, what, null, async () => running.serverEvent?.(event), undefined);
}

export async function mendServer(running: Running): Promise<void> {
  for (const what of [...running.broken]) {
    const event: ServerEvent =
      what === 'redis' ? { do: 'restart-redis' } : { do: 'restart', node: Number(what.slice('node '.length)) };
    await doServerEvent(running, event);
  }
}
