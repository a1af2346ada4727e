import { problem } from '@stet/protocol';
import type { Identity } from '../auth/auth.js';
import { type Answer, refuse } from './answer.js';
import { type Ask, matchRoute, type Route } from './route.js';
import type { Services } from './services.js';

// The one door: HTTP requests and `request` frames of a socket both end here, and are answered alike.

export interface Door {
  ask(request: Ask, who: Identity | null): Promise<Answer>;
  readonly routes: readonly Route[];
}

export function createDoor(services: Services, routes: readonly Route[]): Door {
  return {
    routes,
    async ask(request, who) {
      const match = matchRoute(routes, request);
      if (match.kind === 'unknown') return refuse(problem('not-found'));
      // Paths are public (OpenAPI names them); what is behind them is not.
      if (!who) return refuse(problem('unauthenticated'), { 'www-authenticate': 'Bearer' });
      if (match.kind === 'method') return refuse(problem('method-not-allowed'), { allow: match.allow.join(', ') });
      return match.route.answer({ services, who, request, params: match.params });
    },
  };
}
