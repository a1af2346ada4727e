import { html } from 'lit-html';

// The product's name over the proofreader's dots: let it stand.
export const wordmark = () => html`<span class="wordmark">Stet</span>`;
