import { problem } from '@stet/protocol';
import type { Identity } from '../auth/auth.js';
import { prefersStream } from './accept.js';
import { type Answer, refuse, type Streamed } from './answer.js';
import { type Ask, type Asked, matchRoute, type Route } from './route.js';
import type { Services } from './services.js';
import { unavailable } from './unavailable.js';

// The one door: HTTP requests and `request` frames of a socket both end here, and are answered alike.

export interface Door {
  ask(request: Ask, who: Identity | null): Promise<Answer>;
  /** For a transport that can carry a stream: where one is asked for and the route has one, that is the answer. */
  open(request: Ask, who: Identity | null): Promise<Answer | Streamed>;
  readonly routes: readonly Route[];
}

type Found = { kind: 'found'; route: Route; asked: Asked } | { kind: 'refused'; answer: Answer };

export function createDoor(services: Services, routes: readonly Route[]): Door {
  function find(request: Ask, who: Identity | null): Found {
    const match = matchRoute(routes, request);
    if (match.kind === 'unknown') return refused(refuse(problem('not-found')));
    // Paths are public (OpenAPI names them); what is behind them is not.
    if (!who || isForOther(request, who)) {
      return refused(refuse(problem('unauthenticated'), { 'www-authenticate': 'Bearer' }));
    }
    if (match.kind === 'method') {
      return refused(refuse(problem('method-not-allowed'), { allow: match.allow.join(', ') }));
    }
    return { kind: 'found', route: match.route, asked: { services, who, request, params: match.params } };
  }
  return {
    routes,
    async ask(request, who) {
      const found = find(request, who);
      return found.kind === 'found' ? whileItLasts(() => found.route.answer(found.asked)) : found.answer;
    },
    async open(request, who) {
      const found = find(request, who);
      if (found.kind === 'refused') return found.answer;
      const { route, asked } = found;
      const { stream } = route;
      const isStream = stream !== undefined && prefersStream(request.headers.accept);
      return whileItLasts<Answer | Streamed>(() => (isStream ? stream(asked) : route.answer(asked)));
    },
  };
}

/** A store that is away is no defect of a route, and each of them says so alike. */
async function whileItLasts<T>(answer: () => Promise<T>): Promise<T | Answer> {
  try {
    return await answer();
  } catch (error) {
    const away = unavailable(error);
    if (!away) throw error;
    return refuse(problem('unavailable', away.detail), away.headers);
  }
}

/** A page says as whom it asks: its cookie may be somebody else's by now, who has signed in in another tab. */
const isForOther = ({ headers: { 'stet-user': named } }: Ask, { user }: Identity): boolean =>
  named !== undefined && named !== encodeURIComponent(user.id);

const refused = (answer: Answer): Found => ({ kind: 'refused', answer });
