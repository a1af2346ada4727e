import Backbone from 'backbone';
import { html, nothing, render } from 'lit-html';
import { wordmark } from './frame/wordmark.js';
import { signIn } from './session.js';

// The door.

type State = { kind: 'ready' } | { kind: 'asking' } | { kind: 'refused'; detail: string };

export class SignInView extends Backbone.View {
  #state: State = { kind: 'ready' };
  readonly #reason: string | null;
  readonly #onSignedIn: () => void;

  /** `reason`: why the person has to sign in, where they did not come by themselves. */
  constructor({ reason, onSignedIn }: { reason: string | null; onSignedIn(): void }) {
    super({ className: 'sign-in' });
    this.#reason = reason;
    this.#onSignedIn = onSignedIn;
  }

  override render(): this {
    const state = this.#state;
    const isAsking = state.kind === 'asking';
    const error = state.kind === 'refused' ? state.detail : null;
    render(
      html`<main class="sign-in-sheet">
        <h1 class="sign-in-title">${wordmark()}<span class="visually-hidden">: sign in</span></h1>
        ${this.#reason ? html`<p class="sign-in-reason">${this.#reason}</p>` : nothing}
        <form @submit=${this.#submit} aria-busy=${isAsking}>
          <label class="form-label" for="username">User name</label>
          <input class="form-control" id="username" name="username" autocomplete="username" autocapitalize="none"
            spellcheck="false" required aria-describedby=${error ? 'sign-in-error' : nothing}>
          <label class="form-label" for="password">Password</label>
          <input class="form-control" id="password" name="password" type="password" autocomplete="current-password"
            required aria-describedby=${error ? 'sign-in-error' : nothing}>
          <p class="sign-in-error" id="sign-in-error" role="alert">${error ?? nothing}</p>
          <button class="btn btn-primary" type="submit" ?disabled=${isAsking}>Sign in</button>
        </form>
      </main>`,
      this.el,
    );
    return this;
  }

  focusFirst(): void {
    this.$('#username').trigger('focus');
  }

  readonly #submit = (event: SubmitEvent): void => {
    event.preventDefault();
    const data = new FormData(event.currentTarget as HTMLFormElement);
    void this.#ask(String(data.get('username')), String(data.get('password')));
  };

  async #ask(username: string, password: string): Promise<void> {
    this.#become({ kind: 'asking' });
    const answer = await signIn(username.trim(), password);
    if (answer.kind === 'in') return this.#onSignedIn();
    this.#become(answer);
    this.$('#password').trigger('focus').trigger('select');
  }

  #become(state: State): void {
    this.#state = state;
    this.render();
  }
}
