import type { Draft } from '@stet/client';
import { books, type Membership } from '@stet/protocol';
import { html, nothing, render } from 'lit-html';
import { announce } from './announce.js';
import { AppView } from './frame/app.js';
import { wordmark } from './frame/wordmark.js';
import { type Inside, pathOf, type Route, returnPath, signInSearch } from './route.js';
import { here, Router } from './router.js';
import { askWho, askWhoAtLast, type Known, type Me, signOut } from './session.js';
import { SignInView } from './sign-in.js';
import { type OpenWorkspace, openWorkspace } from './workspace.js';

// Who is here decides what is shown: the door, or one of the person's workspaces.

// In milliseconds; what is given to somebody who has nothing is seen about so soon.
const askEvery = 4_000;

type Stage =
  | { kind: 'empty' }
  | { kind: 'door'; view: SignInView }
  | { kind: 'inside'; view: AppView; workspace: OpenWorkspace };

export class Shell {
  readonly #el: HTMLElement;
  readonly #router = new Router((route) => this.#show(route));
  readonly #workspaces = new Map<string, OpenWorkspace>();
  #me: Me | null = null;
  /** Whose edits are in memory. */
  #owner: string | null = null;
  #stage: Stage = { kind: 'empty' };
  /** `leaving`: the person signs out. `ended`: it was ended elsewhere, and the page stays for what is typed in it. */
  #session: 'going' | 'leaving' | 'ended' = 'going';
  /** Why the person stands at the door. */
  #reason: string | null = null;
  /** Asks whether there is something to show again. */
  #waiting: ReturnType<typeof setInterval> | undefined;
  /** Said once, by the next view that is shown. */
  #word: string | null = null;

  constructor(el: HTMLElement) {
    this.#el = el;
    addEventListener('beforeunload', (event) => {
      // What the device keeps is here again after that.
      if (this.#drafts().some(({ isKept }) => !isKept)) event.preventDefault();
    });
  }

  async start(): Promise<void> {
    const who = await this.#learnWho();
    if (who.kind === 'in') this.#meet(who.me);
    this.#router.start();
  }

  #show(route: Route): void {
    if (this.#session === 'ended' && this.#unsaved() === 0) this.#lock();
    if (!this.#me) return this.#door(route);
    if (route.kind === 'sign-in') return this.#router.go(returnPath(location.search), { replace: true });
    const [first] = this.#me.workspaces;
    if (!first) return this.#outside();
    if (route.kind === 'start') {
      return this.#router.go(pathOf({ kind: 'list', workspace: first.id }), { replace: true });
    }
    const membership = this.#me.workspaces.find(({ id }) => id === route.workspace);
    if (!membership) {
      this.#word = `There is no workspace ${shortened(route.workspace)}, or it is not yours.`;
      return this.#router.go('/', { replace: true });
    }
    this.#inside(this.#me, membership, route);
  }

  #door(route: Route): void {
    if (route.kind !== 'sign-in') {
      return this.#router.go(pathOf({ kind: 'sign-in' }, signInSearch(here())), { replace: true });
    }
    if (this.#stage.kind === 'door') return;
    const view = new SignInView({ reason: this.#reason, onSignedIn: () => void this.#signedIn() });
    this.#enter({ kind: 'door', view });
    document.title = 'Sign in · Stet';
    this.#el.replaceChildren(view.render().el);
    view.focusFirst();
    if (this.#reason) announce(this.#reason);
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
        onSignIn: () => this.#toDoor(),
        onAccess: () => void this.#accessChanged(),
      });
      this.#enter({ kind: 'inside', view, workspace });
      this.#el.replaceChildren(view.el);
      if (this.#session === 'ended') view.end();
    }
    const word = this.#word;
    this.#word = null;
    if (this.#stage.kind === 'inside') this.#stage.view.show(route, word);
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
      isGoing: () => this.#session !== 'ended',
      signedOut: () => this.#signedOut(),
    });
    this.#workspaces.set(membership.id, workspace);
    return workspace;
  }

  async #signedIn(): Promise<void> {
    const who = await this.#learnWho();
    if (who.kind !== 'in') {
      return this.#notice('Signing in did not hold. Does this browser take cookies?', () => void this.start());
    }
    this.#meet(who.me);
    if (this.#unsaved() > 0) this.#word = 'You are signed in again. What you typed is here, and not saved yet.';
    this.#router.go(returnPath(location.search), { replace: true });
  }

  /** A page that comes while the server can't answer waits for it, and says so. */
  #learnWho(): Promise<Known> {
    let said = '';
    let now = () => {};
    return askWhoAtLast((detail, ask) => {
      now = ask;
      if (detail !== said) this.#notice(`${detail} Trying again…`, () => now());
      said = detail;
    });
  }

  /** What was typed waits for the same person; somebody else at this page must not find it. */
  #meet(me: Me): void {
    if (this.#owner !== me.user.id) this.#forget();
    this.#owner = me.user.id;
    this.#me = me;
    this.#session = 'going';
    this.#reason = null;
    for (const membership of me.workspaces) this.#workspaces.get(membership.id)?.renew(membership);
  }

  /** The session has ended, whoever ended it. What is being typed stays as it is, and where it is. */
  #signedOut(): void {
    if (!this.#me || this.#session !== 'going') return;
    if (this.#stage.kind !== 'inside' || (this.#unsaved() === 0 && !this.#stage.view.isWriting)) return this.#toDoor();
    this.#session = 'ended';
    this.#stage.view.end();
  }

  #toDoor(): void {
    this.#lock();
    this.#router.go(pathOf({ kind: 'sign-in' }, signInSearch(here())));
  }

  #lock(): void {
    const kept = this.#keptWords();
    this.#reason = `You were signed out.${kept ? ` ${kept}` : ''}`;
    this.#me = null;
    this.#session = 'going';
  }

  async #signOut(): Promise<void> {
    // What was typed a moment ago is on its way to the device.
    await Promise.all([...this.#workspaces.values()].map((workspace) => workspace.settled()));
    const lost = this.#drafts().filter(({ isKept }) => !isKept).length;
    const question = `${lost === 1 ? 'An edit is' : `${lost} edits are`} not saved and will be lost. Sign out?`;
    if (lost > 0 && !confirm(question)) return;
    const kept = this.#keptWords();
    this.#session = 'leaving';
    const isDone = await signOut();
    this.#session = 'going';
    if (!isDone) return alert('The server cannot be reached: you are still signed in.');
    this.#me = null;
    this.#reason = kept;
    this.#owner = null;
    this.#router.go(pathOf({ kind: 'sign-in' }));
    this.#forget();
  }

  /** Roles were given or taken: the page is drawn anew with them, and keeps what was typed. */
  async #accessChanged(): Promise<void> {
    const who = await askWhoAtLast(() => {});
    if (who.kind === 'out') return this.#signedOut();
    this.#meet(who.me);
    this.#enter({ kind: 'empty' });
    this.#router.reload();
  }

  #enter(stage: Stage): void {
    const before = this.#stage;
    this.#stage = stage;
    clearInterval(this.#waiting);
    this.#waiting = undefined;
    if (before.kind !== 'empty') before.view.remove();
    if (before.kind === 'inside') before.workspace.pause();
  }

  #forget(): void {
    for (const workspace of this.#workspaces.values()) workspace.close();
    this.#workspaces.clear();
  }

  #drafts(): Draft[] {
    return [...this.#workspaces.values()].flatMap(({ stet }) => stet.drafts.unsaved());
  }

  #unsaved(): number {
    return this.#drafts().length;
  }

  /** What the door says of drafts that wait for their person; null where there are none. */
  #keptWords(): string | null {
    const onDevice = [...this.#workspaces.values()].some(({ shelf }) => shelf.items.length > 0);
    const here = this.#drafts();
    const where = here.every(({ isKept }) => isKept) ? ' on this device' : '';
    return this.#me && (onDevice || here.length > 0)
      ? `What you typed is kept${where} for ${this.#me.user.name}.`
      : null;
  }

  /** Nothing is open that could hear of access that is given: it is asked for. */
  #outside(): void {
    const kept = this.#keptWords();
    const leave = { label: 'Sign out', act: () => void this.#signOut() };
    this.#notice(`You are not a member of any workspace.${kept ? ` ${kept}` : ''}`, null, leave);
    const asked = setInterval(async () => {
      if (document.visibilityState === 'hidden') return;
      const who = await askWho();
      if (this.#waiting !== asked || who.kind === 'unreachable') return;
      if (who.kind === 'in' && who.me.workspaces.length === 0) return;
      if (who.kind === 'in') this.#meet(who.me);
      else this.#lock();
      this.#router.reload();
    }, askEvery);
    this.#waiting = asked;
  }

  #notice(text: string, again: (() => void) | null, leave: { label: string; act(): void } | null = null): void {
    this.#enter({ kind: 'empty' });
    const page = document.createElement('main');
    page.className = 'notice';
    render(
      html`<h1 class="sign-in-title">${wordmark()}</h1>
        <p>${text}</p>
        ${again ? html`<button type="button" class="btn btn-primary" @click=${again}>Try again</button>` : nothing}
        ${leave ? html`<button type="button" class="btn btn-outline-secondary" @click=${leave.act}>${leave.label}</button>` : nothing}`,
      page,
    );
    this.#el.replaceChildren(page);
  }
}

const shortened = (name: string): string => (name.length > 60 ? `${[...name].slice(0, 60).join('')}…` : name);
