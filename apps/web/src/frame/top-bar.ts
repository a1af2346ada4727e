import { html, nothing, type TemplateResult } from 'lit-html';
import type { Me } from '../session.js';
import { chooseTheme, currentTheme, type Theme, themes } from '../theme.js';
import { type LinkState, linkText } from './link-state.js';
import { themeIcon } from './theme-icon.js';
import { wordmark } from './wordmark.js';

// The bar above everything: where we are, whether it is live, and who is here.

export interface TopBarInput {
  me: Me;
  workspace: string;
  link: LinkState;
  drafts: { count: number; href: string; isOpen: boolean };
  onWorkspace(id: string): void;
  onTheme(): void;
  onSignOut(): void;
}

export const topBar = (input: TopBarInput): TemplateResult => html`<header class="top-bar">
  <a class="home" href="/" aria-label="Stet, to the start" data-way>${wordmark()}</a>
  ${place(input)}
  ${draftsLink(input)}
  ${indicator(input.link)}
  ${themeSwitch(input.onTheme)}
  <span class="me" title=${input.me.user.name}>
    <span class="me-name">${input.me.user.name}</span>
  </span>
  <button type="button" class="btn btn-quiet" @click=${input.onSignOut}>Sign out</button>
</header>`;

function place({ me, workspace, onWorkspace }: TopBarInput): TemplateResult {
  const name = me.workspaces.find(({ id }) => id === workspace)?.name ?? '';
  if (me.workspaces.length < 2) return html`<h1 class="place">${name}</h1>`;
  return html`<h1 class="visually-hidden">${name}</h1>
    <select class="form-select place-choice" aria-label="Workspace"
      @change=${(event: Event) => onWorkspace((event.target as HTMLSelectElement).value)}>
      ${me.workspaces.map(({ id, name }) => html`<option value=${id} .selected=${id === workspace}>${name}</option>`)}
    </select>`;
}

/** There while there are any, and while they are shown. */
function draftsLink({ drafts: { count, href, isOpen } }: TopBarInput): TemplateResult | typeof nothing {
  if (count === 0 && !isOpen) return nothing;
  return html`<a class="btn btn-quiet drafts-link" href=${href} data-way="in" data-testid="drafts"
    aria-current=${isOpen ? 'page' : nothing} title="What you typed and have not saved"
    >Drafts${count > 0 ? html` <span class="drafts-count">${count}</span>` : nothing}</a
  >`;
}

const indicator = ({ kind }: LinkState): TemplateResult =>
  html`<span class="link-state" data-testid="connection" data-state=${kind} title=${linkText[kind].about}
    ><span class="link-label">${linkText[kind].label}</span></span>`;

const themeNames: Record<Theme, string> = { auto: 'Theme of the system', light: 'Light theme', dark: 'Dark theme' };

const themeSwitch = (onTheme: () => void): TemplateResult => html`<div class="themes" role="group" aria-label="Theme">
  ${themes.map(
    (theme) => html`<button type="button" class="theme" aria-pressed=${theme === currentTheme()}
      aria-label=${themeNames[theme]} title=${themeNames[theme]}
      @click=${() => {
        chooseTheme(theme);
        onTheme();
      }}>${themeIcon(theme)}</button>`,
  )}
</div>`;
