import Backbone from 'backbone';
import { isDecodable, patterns, type Route } from './route.js';

// The address bar's ear: each address that we know becomes a route.

export class Router extends Backbone.Router {
  constructor(show: (route: Route) => void) {
    super();
    // Whatever nobody else takes: back to the start.
    this.route('*other', 'other', () => show({ kind: 'start' }));
    this.route(patterns.start, 'start', () => show({ kind: 'start' }));
    this.route(patterns['sign-in'], 'sign-in', () => show({ kind: 'sign-in' }));
    this.route(patterns.workspace, 'workspace', (workspace = '') => show({ kind: 'list', workspace }));
    this.route(patterns.drafts, 'drafts', (workspace = '') => show({ kind: 'drafts', workspace }));
    this.route(patterns.list, 'list', (workspace = '') => show({ kind: 'list', workspace }));
    this.route(patterns.record, 'record', (workspace = '', id = '') => show({ kind: 'record', workspace, id }));
    this.route(patterns.new, 'new', (workspace = '') => show({ kind: 'new', workspace }));
  }

  /** Begins with the address as it is; a second time, it begins anew. */
  start(): void {
    if (Backbone.History.started) return this.reload();
    if (!isDecodable(here())) history.replaceState(null, '', '/');
    Backbone.history.start({ pushState: true });
  }

  reload(): void {
    Backbone.history.loadUrl();
  }

  go(path: string, { replace = false, silent = false } = {}): void {
    this.navigate(path, { trigger: !silent, replace });
  }
}

/** Where we are, with what the list shows. */
export const here = (): string => location.pathname + location.search;
