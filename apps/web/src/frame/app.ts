import type { StetEvent, Whose } from '@stet/client';
import type { Change } from '@stet/protocol';
import Backbone from 'backbone';
import { html, nothing, render } from 'lit-html';
import { announce } from '../announce.js';
import { isFree, isPlain, isTyping } from '../keys.js';
import { ListView } from '../list/list-view.js';
import { nameOfAuthor } from '../list/marks.js';
import { queryOf, searchOf } from '../list/query.js';
import { NoticesView } from '../notices/notices-view.js';
import { type Inside, pathOf } from '../route.js';
import type { Me } from '../session.js';
import type { OpenWorkspace } from '../workspace.js';
import { LinkWatch } from './link-watch.js';
import { RecordPane, type Shown } from './record-pane.js';
import { createTidings } from './tidings.js';
import { topBar } from './top-bar.js';
import { endedBar, wordBar } from './word-bar.js';

// One workspace on the screen: the bar, the list on the left, the record on the right.

export interface AppOptions {
  me: Me;
  workspace: OpenWorkspace;
  go(path: string, options?: { replace?: boolean; silent?: boolean }): void;
  onSignOut(): void;
  /** The server says that the session has ended. */
  onSignedOut(): void;
  /** The person wants to sign in again. */
  onSignIn(): void;
  /** The user's roles have changed. */
  onAccess(): void;
}

export class AppView extends Backbone.View {
  readonly #options: AppOptions;
  readonly #list: ListView;
  readonly #pane: RecordPane;
  readonly #notices: NoticesView;
  readonly #tell = createTidings(announce);
  #route: Inside;
  readonly #link: LinkWatch;
  /** The next showing was asked for by hand: the focus goes with it. */
  #byHand = false;
  #isEnded = false;
  #word: string | null = null;
  readonly #until = new AbortController();

  constructor(options: AppOptions) {
    super({ className: 'app' });
    this.#options = options;
    const { workspace } = options;
    this.#route = { kind: 'list', workspace: workspace.membership.id };
    this.#list = new ListView({
      workspace,
      hrefOf: (id) => this.#path({ kind: 'record', workspace: this.#id, id }),
      newHref: () => this.#path({ kind: 'new', workspace: this.#id }),
      onQuery: (query, isTyping) => {
        const search = searchOf(workspace.resource, query);
        options.go(pathOf(this.#route, search), { replace: isTyping });
      },
      onOpen: (id) => this.#go({ kind: 'record', workspace: this.#id, id }),
      onNew: () => this.#go({ kind: 'new', workspace: this.#id }),
    });
    this.#pane = new RecordPane({
      workspace,
      listHref: () => this.#path({ kind: 'list', workspace: this.#id }),
      onClose: () => this.#close(),
      onCreated: (id) => this.#settle({ kind: 'record', workspace: this.#id, id }),
      onKept: () => this.#settle({ kind: 'new', workspace: this.#id }),
      onTakenUp: ({ record }) =>
        this.#go(
          record
            ? { kind: 'record', workspace: this.#id, id: record.id as string }
            : { kind: 'new', workspace: this.#id },
        ),
      onDraft: () => {
        this.#list.refresh();
        this.#entitle();
        if (this.#isEnded) this.render();
      },
    });
    this.#notices = new NoticesView({
      workspace,
      hrefOf: (id) => this.#path({ kind: 'record', workspace: this.#id, id }),
      isCramped: () => isForm(this.#route) && !matchMedia('(min-width: 1000px)').matches,
      onLeft: () => this.#list.el.focus(),
    });
    this.#link = new LinkWatch(workspace.stet, () => this.render());
    this.#listen();
  }

  override remove(): this {
    this.#until.abort();
    this.#link.stop();
    this.#tell.stop();
    this.#list.remove();
    this.#pane.remove();
    this.#notices.remove();
    return super.remove();
  }

  /** Rows show marks that come and go. */
  refresh(): void {
    this.#list.refresh();
  }

  /** Somebody has the cursor in the form: the page must not be taken from under their hands. */
  get isWriting(): boolean {
    return this.#pane.isWriting;
  }

  /** The session has ended: that is said, and all else stays as it is. */
  end(): void {
    this.#isEnded = true;
    this.render();
  }

  /** `word`: said with this showing, and gone with the next one. */
  show(route: Inside, word: string | null): void {
    this.#word = word;
    if (word) announce(word);
    const focus = this.#byHand;
    this.#byHand = false;
    this.#route = route;
    this.render();
    this.#notices.moved();
    this.#list.show(queryOf(this.#options.workspace.resource, location.search));
    const shown = shownBy(route);
    this.#list.mark(shown.kind === 'record' ? shown.id : null);
    void this.#pane.show(shown, { focus }).then(() => this.#entitle());
    this.#entitle();
  }

  override render(): this {
    const { me, workspace, onSignOut, onSignIn, go } = this.#options;
    const isOpen = this.#route.kind !== 'list';
    render(
      html`<a class="skip" href="#list" @click=${this.#skip}>Skip to the list</a>
        ${
          this.#isEnded
            ? endedBar({ isTyped: workspace.stet.drafts.unsaved().length > 0, onSignIn })
            : topBar({
                me,
                workspace: this.#id,
                link: this.#link.state,
                drafts: {
                  count: workspace.shelf.items.length,
                  href: this.#path({ kind: 'drafts', workspace: this.#id }),
                  isOpen: this.#route.kind === 'drafts',
                },
                onWorkspace: (workspace) => go(pathOf({ kind: 'list', workspace })),
                onTheme: () => this.render(),
                onSignOut,
              })
        }
        ${this.#word ? wordBar(this.#word) : nothing}
        <main class="desk${isOpen ? ' has-record' : ''}${isForm(this.#route) ? ' has-form' : ''}">
          <div class="side">${this.#notices.el}${this.#list.el}</div>
          ${this.#pane.el}
        </main>`,
      this.el,
    );
    return this;
  }

  get #id(): string {
    return this.#options.workspace.membership.id;
  }

  #path(route: Inside): string {
    return pathOf(route, location.search);
  }

  #go(route: Inside): void {
    this.#byHand = true;
    this.#options.go(this.#path(route));
    this.#byHand = false;
  }

  #close(): void {
    this.#options.go(this.#path({ kind: 'list', workspace: this.#id }));
    this.#list.focusRow();
  }

  /** The form stays as it is; only the address and the row learn which record it is of. */
  #settle(route: Inside): void {
    this.#route = route;
    this.#options.go(this.#path(route), { replace: true, silent: true });
    const shown = shownBy(route);
    this.#pane.settle(shown);
    this.#list.mark(shown.kind === 'record' ? shown.id : null);
    this.#entitle();
  }

  #entitle(): void {
    const { membership } = this.#options.workspace;
    document.title = [this.#pane.title, membership.name, 'Stet'].filter(Boolean).join(' · ');
  }

  #listen(): void {
    const { workspace } = this.#options;
    const { signal } = this.#until;
    signal.addEventListener(
      'abort',
      workspace.stet.subscribe((event) => this.#hear(event)),
    );
    signal.addEventListener(
      'abort',
      workspace.shelf.subscribe(() => {
        this.#list.refresh();
        this.render();
      }),
    );
    document.addEventListener('keydown', (event) => this.#key(event), { signal });
    this.el.addEventListener('click', (event) => this.#way(event));
  }

  #hear(event: StetEvent): void {
    switch (event.kind) {
      case 'connection':
        if (event.state.kind === 'closed' && event.state.why === 'signed-out') this.#options.onSignedOut();
        return;
      case 'access':
        return this.#options.onAccess();
      case 'change':
        return this.#news(event.change, event.whose);
    }
  }

  #news(change: Change, whose: Whose): void {
    this.#list.refresh();
    const { resource, stet } = this.#options.workspace;
    // What happens to the record in the form is said there.
    if (whose === 'own' || (this.#route.kind === 'record' && this.#route.id === change.id)) return;
    // Withheld from here on: nobody did anything that this person may know of.
    if (change.by.id === '') return;
    const title = String(stet.record(resource, change.id).get(resource.title) ?? `a ${resource.label.one}`);
    this.#tell.note({ who: nameOfAuthor(change.by, whose), action: change.action, title });
  }

  #key(event: KeyboardEvent): void {
    if (!isFree(event) || isTyping(event.target)) return;
    if (event.key === '/') {
      event.preventDefault();
      return this.#list.focusSearch();
    }
    const target = event.target as Element;
    // Beyond this, keys belong to whatever has the focus; on the page itself they belong to the list.
    if (target !== document.body && !this.#list.el.contains(target)) return;
    if (event.key === 'n' && this.#options.workspace.canWrite) {
      event.preventDefault();
      return this.#go({ kind: 'new', workspace: this.#id });
    }
    if (target === document.body) this.#list.takeKey(event);
  }

  /** Links of ours change the view, not the page. */
  #way(event: MouseEvent): void {
    const link = (event.target as Element).closest<HTMLAnchorElement>('a[data-way]');
    if (!link || !isPlain(event)) return;
    event.preventDefault();
    if (link.dataset.way === 'back') return this.#close();
    this.#byHand = link.dataset.way === 'in';
    this.#options.go(link.pathname + link.search);
    this.#byHand = false;
  }

  readonly #skip = (event: Event): void => {
    event.preventDefault();
    this.#list.el.focus();
  };
}

function shownBy(route: Inside): Shown {
  if (route.kind === 'record') return { kind: 'record', id: route.id };
  return { kind: route.kind === 'list' ? 'nothing' : route.kind };
}

const isForm = ({ kind }: Inside): boolean => kind === 'record' || kind === 'new';
