import { type ProblemKind, type ProblemName, problemKinds, problemType } from '@stet/protocol';
import { type Html, html, page } from './html.js';
import type { JsonSchema } from './openapi/schemas.js';
import type { DescribedAnswer, OpenApi, Operation, Parameter } from './openapi/types.js';

// The description for people to read, made of the very document that machines read.

export const styleAt = '/api/docs.css';

export function docsPage(api: OpenApi): string {
  const operations = Object.entries(api.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ method: method.toUpperCase(), path, operation })),
  );
  const ofTag = (tag: string) => operations.filter(({ operation }) => operation.tags[0] === tag);
  const body = html`<header>
<h1>${api.info.title}: the HTTP interface</h1>
<p class="quiet">Version ${api.info.version}. For machines: <a href="/api/openapi.json">openapi.json</a></p>
${api.info.description.split('\n\n').map((text) => html`<p>${text}</p>`)}
<nav aria-label="Requests">
<ul>
${api.tags.map(({ name }) => html`<li><a href="#${name}">${name}</a></li>\n`)}<li><a href="#schemas">schemas</a></li>
<li><a href="#problems">problems</a></li>
</ul>
</nav>
</header>
<main>
${api.tags.map(
  ({ name }) => html`<section aria-labelledby="${name}">
<h2 id="${name}">${name}</h2>
${ofTag(name).map(operationHtml)}</section>
`,
)}<section aria-labelledby="schemas">
<h2 id="schemas">schemas</h2>
${Object.entries(api.components.schemas).map(([name, schema]) => schemaHtml(name, schema))}</section>
<section aria-labelledby="problems">
<h2 id="problems">problems</h2>
${problemsHtml()}</section>
</main>`;
  return page(`${api.info.title}: the HTTP interface`, styleAt, body);
}

export function problemPage(name: ProblemName, kind: ProblemKind): string {
  const body = html`<main>
<h1>${kind.title}</h1>
<p class="quiet">Status ${kind.status}, type <code>${problemType(name)}</code></p>
<p>${kind.about}</p>
<p><a href="/api/docs">The HTTP interface</a></p>
</main>`;
  return page(kind.title, styleAt, body);
}

const operationHtml = ({ method, path, operation }: { method: string; path: string; operation: Operation }): Html =>
  html`<article aria-labelledby="${operation.operationId}">
<h3 id="${operation.operationId}"><code><span class="method">${method}</span> ${path}</code></h3>
<p>${operation.summary}${operation.security?.length === 0 ? '. Nobody needs to be signed in.' : '.'}</p>
${operation.parameters ? parametersHtml(operation.parameters) : null}
${operation.requestBody ? bodyHtml(operation.requestBody) : null}
${answersHtml(operation.responses)}
</article>
`;

const parametersHtml = (parameters: readonly Parameter[]): Html =>
  tableHtml(
    'Parameters',
    ['Name', 'In', 'What'],
    parameters.map(({ name, in: place, required, description, schema }) => [
      html`<code>${name}</code>`,
      `${place}${required ? ', required' : ''}`,
      html`${description ? `${description}. ` : ''}<code>${briefly(schema)}</code>`,
    ]),
  );

const bodyHtml = ({ content }: NonNullable<Operation['requestBody']>): Html =>
  tableHtml(
    'Body',
    ['Content type', 'Schema'],
    Object.entries(content).map(([type, { schema }]) => [html`<code>${type}</code>`, schemaOf(schema)]),
  );

const answersHtml = (answers: Readonly<Record<string, DescribedAnswer>>): Html =>
  tableHtml(
    'Answers',
    ['Status', 'What', 'Schema'],
    Object.entries(answers).map(([status, { description, headers, content }]) => [
      status,
      html`${description}${headers ? html`. Headers: <code>${Object.keys(headers).join(', ')}</code>` : null}`,
      Object.values(content ?? {})
        .slice(0, 1)
        .map(({ schema }) => schemaOf(schema)),
    ]),
  );

function tableHtml(
  caption: string,
  heads: readonly string[],
  rows: ReadonlyArray<ReadonlyArray<Html | string | Html[]>>,
) {
  return html`<table>
<caption>${caption}</caption>
<thead><tr>${heads.map((head) => html`<th scope="col">${head}</th>`)}</tr></thead>
<tbody>
${rows.map((cells) => html`<tr>${cells.map((cell) => html`<td>${cell}</td>`)}</tr>\n`)}</tbody>
</table>`;
}

const schemaHtml = (name: string, schema: JsonSchema): Html => html`<article aria-labelledby="schema-${name}">
<h3 id="schema-${name}">${name}</h3>
<details><summary>${briefly(schema)}</summary>
<pre>${JSON.stringify(schema, null, 2)}</pre>
</details>
</article>
`;

const referred = (schema: JsonSchema): string | undefined => schema.$ref?.split('/').at(-1);

/** A link to what has a name; else what it holds, in a word or two. */
function schemaOf(schema: JsonSchema): Html {
  const name = referred(schema);
  return name ? html`<a href="#schema-${name}">${name}</a>` : html`<code>${briefly(schema)}</code>`;
}

/** `{ items: Book[], next: string | null }` */
function briefly(schema: JsonSchema): string {
  const name = referred(schema);
  if (name) return name;
  if (schema.enum) return schema.enum.map(String).join(' | ');
  if (schema.anyOf) return schema.anyOf.map((one) => briefly(asSchema(one))).join(' | ');
  if (schema.type === 'array') return `${briefly(asSchema(schema.items))}[]`;
  if (schema.type === 'object' && schema.properties) {
    const members = Object.entries(schema.properties).map(([key, value]) => `${key}: ${briefly(asSchema(value))}`);
    return `{ ${members.join(', ')} }`;
  }
  const otherwise = schema.default === undefined || schema.default === '' ? '' : `, ${schema.default} if not named`;
  return `${[schema.type ?? 'anything'].flat().join(' | ')}${rangeOf(schema)}${otherwise}`;
}

/** Whole numbers have the bounds of JavaScript's where they have no narrower ones: nobody needs to be told. */
function rangeOf({ minimum = Number.MIN_SAFE_INTEGER, maximum = Number.MAX_SAFE_INTEGER }: JsonSchema): string {
  if (maximum < Number.MAX_SAFE_INTEGER) return ` from ${minimum} to ${maximum}`;
  return minimum > Number.MIN_SAFE_INTEGER ? ` from ${minimum}` : '';
}

const asSchema = (value: unknown): JsonSchema =>
  typeof value === 'object' && value !== null ? (value as JsonSchema) : {};

const problemsHtml = (): Html =>
  tableHtml(
    'Every refusal',
    ['Status', 'Type', 'What it means'],
    Object.entries(problemKinds).map(([name, { status, title, about }]) => [
      String(status),
      html`<a href="/problems/${name}"><code>/problems/${name}</code></a>`,
      html`${title}. ${about}`,
    ]),
  );
