import { expect, test } from 'vitest';
import { html, page } from './html.js';

test('[S3] what is put into a template is text, whatever it holds', () => {
  const evil = `<script>alert("1" & '2')</script>`;
  const escaped = '&lt;script&gt;alert(&quot;1&quot; &amp; &#39;2&#39;)&lt;/script&gt;';
  expect(html`<b title="${evil}">${evil}</b>`.text).toBe(`<b title="${escaped}">${escaped}</b>`);
  expect(html`${[evil, evil]}`.text).toBe(escaped + escaped);
  expect(page(evil, '/a.css', html`x`)).not.toContain(evil);
});

test('HTML of a template stands as it is, and nothing as nothing', () => {
  expect(html`<ul>${['a', 'b'].map((name) => html`<li>${name}</li>`)}${null}${0}</ul>`.text).toBe(
    '<ul><li>a</li><li>b</li>0</ul>',
  );
});
