import { books, type Membership } from '@stet/protocol';
import Backbone from 'backbone';
import { html, render } from 'lit-html';
import { AppView } from './frame/app.js';
import { here, Router } from './router.js';
import { type Inside, pathOf, type Route, returnPath, signInSearch } from './route.js';
import { askWho, type Me, signOut } from './session.js';
import { SignInView } from './sign-in.js';
import { type OpenWorkspace, openWorkspace } from './workspace.js';

// Who is here decides what is shown: the door, or one of the person's workspaces.

type Stage =
  | { kind: 'empty' }
  | { kind: 'door'; view: SignInView }
  | { kind: 'inside'; view: AppView; workspace: OpenWorkspace };

export class Shell {
  readonly #el: HTMLElement;
  readonly #router = new Router((route) => this.#show(route));
  readonly #workspaces = new Map<string, OpenWorkspace>();
  #me: Me | null = null;
  #stage: Stage = { kind: 'empty' };

  constructor(el: HTMLElement) {
    this.#el = el;
    addEventListener('beforeunload', (event) => {
      if (this.#unsaved() > 0) event.preventDefault();
    });
  }

  async start(): Promise<void> {
    const who = await askWho();
    if (who.kind === 'unreachable') return this.#notice(who.detail, () => void this.start());
    if (who.kind === 'in') this.#me = who.me;
    if (Backbone.History.started) this.#router.reload();
    else this.#router.start();
  }

  #show(route: Route): void {
    if (!this.#me) return this.#door(route);
    if (route.kind === 'sign-in') return this.#router.go(returnPath(location.search), { replace: true });
    const [first] = this.#me.workspaces;
    if (!first) return this.#notice('You are not a member of any workspace yet.', null);
    if (route.kind === 'start') {
      return this.#router.go(pathOf({ kind: 'list', workspace: first.id }), { replace: true });
    }
    const membership = this.#me.workspaces.find(({ id }) => id === route.workspace);
    if (!membership) return this.#router.go('/', { replace: true });
    this.#inside(this.#me, membership, route);
  }

  #door(route: Route): void {
    if (route.kind !== 'sign-in') {
      return this.#router.go(pathOf({ kind: 'sign-in' }, signInSearch(here())), { replace: true });
    }
    if (this.#stage.kind === 'door') return;
    const view = new SignInView({ onSignedIn: () => void this.#signedIn() });
    this.#enter({ kind: 'door', view });
    document.title = 'Sign in · Stet';
    this.#el.replaceChildren(view.render().el);
    view.focusFirst();
  }

  #inside(me: Me, membership: Membership, route: Inside): void {
    if (this.#stage.kind !== 'inside' || this.#stage.workspace.membership.id !== membership.id) {
      const workspace = this.#workspace(me, membership);
      const view = new AppView({
        me,
        workspace,
        go: (path, options) => this.#router.go(path, options),
        onSignOut: () => void this.#signOut(),
        onSignedOut: () => this.#signedOut(),
        onAccess: () => void this.#accessChanged(),
      });
      this.#enter({ kind: 'inside', view, workspace });
      this.#el.replaceChildren(view.el);
    }
    if (this.#stage.kind === 'inside') this.#stage.view.show(route);
  }

  #workspace(me: Me, membership: Membership): OpenWorkspace {
    const known = this.#workspaces.get(membership.id);
    if (known) return known;
    const workspace = openWorkspace({
      me,
      membership,
      resource: books,
      marked: () => {
        if (this.#stage.kind === 'inside' && this.#stage.workspace === workspace) this.#stage.view.refresh();
      },
      signedOut: () => this.#signedOut(),
    });
    this.#workspaces.set(membership.id, workspace);
    return workspace;
  }

  #enter(stage: Stage): void {
    const before = this.#stage;
    this.#stage = stage;
    if (before.kind === 'empty') return;
    before.view.remove();
    if (before.kind === 'inside') before.workspace.pause();
  }

  async #signedIn(): Promise<void> {
    const who = await askWho();
    if (who.kind !== 'in') return this.#notice('Signing in did not hold. Does this browser accept cookies?', () => void this.start());
    // Somebody else at this page must not find what the former person typed.
    if (this.#owner !== null && this.#owner !== who.me.user.id) this.#forget();
    this.#owner = who.me.user.id;
    this.#me = who.me;
    this.#router.go(returnPath(location.search), { replace: true });
  }
}
