import { type Document, isMap, isScalar, isSeq, LineCounter, type Node, parseDocument } from 'yaml';
import { choices } from '../editors/editor.js';
import { checked } from './check.js';
import {
  actions,
  editorSchema,
  eventSchema,
  faultsSchema,
  peopleSchema,
  type Scenario,
  scenarioSchema,
} from './scenario.js';
import { type Fault, faultsIn, told, wording } from './wording.js';

// Reads a scenario's file. Whatever is wrong with it is an answer, with the line where it stands and what is allowed there.

/** Characters. */
const longest = 1_048_576;
/** A file that makes much of little by naming one part in many places is refused. */
const maxAliasCount = 100;

export type ReadScenario = { kind: 'ok'; scenario: Scenario } | { kind: 'wrong'; errors: string[] };

/** `name` counts where the file has none. */
export function readScenario(text: string, name: string): ReadScenario {
  const wrong = (...errors: string[]): ReadScenario => ({ kind: 'wrong', errors });
  if (text.length > longest) return wrong(`is longer than ${longest} characters, which is the most`);
  const lines = new LineCounter();
  let value: unknown;
  let document: Document;
  try {
    document = parseDocument(text, { lineCounter: lines, prettyErrors: false, logLevel: 'silent', stringKeys: true });
    const errors = [...document.errors, ...document.warnings];
    if (errors.length > 0)
      return wrong(
        ...errors
          .slice(0, 20)
          .map(({ message, pos, code }) => `line ${lines.linePos(pos[0]).line}: ${hinted(message, code)}`),
      );
    value = document.toJS({ maxAliasCount });
  } catch (error) {
    // Nested so deep that the stack is used up, or too many aliases.
    return wrong(
      error instanceof RangeError ? 'is nested too deep' : error instanceof Error ? error.message : String(error),
    );
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    return wrong('must be a set of names with values, such as name, people and steps');

  const lineOf = (fault: Fault): number | null => {
    const offset = offsetOf(document, fault);
    return offset === null ? null : lines.linePos(offset).line;
  };
  const parsed = scenarioSchema.safeParse({ name, ...value }, { error: wording });
  if (!parsed.success) return wrong(...told(faultsIn(parsed.error, namesAt), lineOf));
  const check = checked(parsed.data);
  return check.kind === 'ok' ? check : wrong(...told(check.faults, lineOf));
}

/** What a file's author is likely to have meant. */
const hinted = (message: string, code: string): string =>
  code === 'BLOCK_AS_IMPLICIT_KEY' || /compact mapping/i.test(message)
    ? `${message} (a step in which a colon comes before a space stands in single quotes)`
    : message;

/** The names that may stand at a path. */
function namesAt(path: ReadonlyArray<PropertyKey>): readonly string[] {
  const [first, last] = [path[0], path.at(-1)];
  if (last === 'weights') return actions;
  if (last === 'choose') return choices;
  const parts: Readonly<Record<string, object>> = {
    people: peopleSchema.shape,
    faults: faultsSchema.shape,
    editors: editorSchema.shape,
    events: eventSchema.shape,
  };
  return Object.keys(first === undefined ? scenarioSchema.shape : (parts[String(first)] ?? {}));
}

/** Where a path stands in the text, or the nearest that leads there. */
function offsetOf(document: Document, { path, isKey }: Fault): number | null {
  let node: unknown = document.contents;
  let offset: number | null = null;
  for (const [index, part] of path.entries()) {
    if (isSeq(node) && typeof part === 'number') node = node.items[part];
    else if (isMap(node)) {
      const pair = node.items.find(({ key }) => isScalar(key) && String(key.value) === String(part));
      if (!pair) break;
      offset = startOf(pair.key) ?? offset;
      if (isKey && index === path.length - 1) break;
      node = pair.value;
    } else break;
    offset = startOf(node) ?? offset;
  }
  return offset;
}

const startOf = (node: unknown): number | null => (node as Node | null)?.range?.[0] ?? null;
