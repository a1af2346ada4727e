import { changeRoutes } from './changes.js';
import { meRoutes } from './me.js';
import { noticeRoutes } from './notices.js';
import { presenceRoutes } from './presence.js';
import { recordRoutes } from './records.js';
import type { Route } from './route.js';

// All that can be asked at the door.

export const routes: readonly Route[] = [
  ...meRoutes,
  ...changeRoutes,
  ...noticeRoutes,
  ...presenceRoutes,
  ...recordRoutes(),
];
