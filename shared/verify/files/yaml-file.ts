import {
  type Document,
  isCollection,
  isMap,
  isScalar,
  LineCounter,
  type Node,
  parseDocument,
  visit,
} from 'yaml';
import { fail } from './finding.ts';

/** Keys and positions that lead to a place in a YAML document: ['services', 'app', 'ports', 0]. */
export type YamlPath = (string | number)[];

/** A parsed YAML file that knows on which line everything stands. */
export interface YamlFile {
  path: string;
  /** The whole document as plain values, with merge keys (`<<`) resolved. */
  value: unknown;
  get(place: YamlPath): unknown;
  /** A single value as it is written, with its quotes: `yes`, `"true"`. Undefined where there is none, or a list or a map. */
  source(place: YamlPath): string | undefined;
  /** "path:line" of a place; of the nearest place around it when it is not there. */
  where(place: YamlPath): string;
}

const INDENTATION =
  'In YAML the indentation decides what belongs to what: two spaces a level, never tabs.';
const QUOTES =
  'A text with quotes inside stands in quotes of the other kind, one that begins with {{ or holds ": " stands in quotes. If it does, look at the indentation: two spaces a level, never tabs.';

const HINTS: Partial<Record<string, string>> = {
  DUPLICATE_KEY:
    'In a map each key stands once; of two, one would be lost. Join what is below them, if both are meant.',
  BAD_DQ_ESCAPE:
    'In double quotes a backslash begins an escape. Leave the quotes out, or take single ones.',
  BAD_SCALAR_START: 'A text cannot begin with this character unless it stands in quotes.',
};

/** @throws CheckFailure with the line when the text does not parse, or is empty */
export function parseYaml(path: string, text: string): YamlFile {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, merge: true });
  const [error] = document.errors;
  if (error) {
    const { line } = lines.linePos(error.pos[0]);
    fail({
      expected: 'YAML that parses',
      actual: error.message.split(' at line')[0] ?? error.code,
      where: `${path}:${line}`,
      hint:
        HINTS[error.code] ??
        (/["'`{]/.test(text.split('\n')[line - 1] ?? '') ? QUOTES : INDENTATION),
    });
  }
  if (document.contents === null || (isScalar(document.contents) && !document.contents.value)) {
    fail({
      expected: 'settings in the file',
      actual: text.trim() === '' ? 'an empty file' : 'only comments',
      where: `${path}:1`,
      hint: 'A line that begins with # is a comment and is not read.',
    });
  }
  refuseOddities(path, document, lines);
  const value: unknown = document.toJS();
  return {
    path,
    value,
    get: (place) => valueAt(value, place),
    source(place) {
      const node = document.getIn(place, true);
      return isScalar(node) && node.range ? text.slice(node.range[0], node.range[1]) : undefined;
    },
    where: (place) => `${path}:${findLine(document, lines, place)}`,
  };
}

/** What is YAML, and cannot be meant. @throws CheckFailure */
function refuseOddities(path: string, document: Document, lines: LineCounter): void {
  const where = ({ range }: Node) => `${path}:${lines.linePos(range?.[0] ?? 0).line}`;
  visit(document, {
    // `title: {{ .Status }}` is a map as the key of a map.
    Pair(_, { key }) {
      if (!isCollection(key)) return;
      fail({
        expected: 'quotes around a text that begins with {{',
        actual: 'no quotes',
        where: where(key),
        hint: 'In YAML { begins a map. Quotes make a text of it.',
      });
    },
    Alias(_, alias) {
      if (alias.resolve(document)) return;
      fail({
        expected: `an anchor &${alias.source} above this line`,
        actual: 'no such anchor',
        where: where(alias),
        hint: 'In YAML *NAME repeats what &NAME marks further up, in the same file. Both names must be the same.',
      });
    },
  });
}

/** A mapping; not a list, a text or nothing. */
export const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** A list as it is, anything else as an empty one. */
export const asList = (value: unknown): unknown[] => (Array.isArray(value) ? value : []);

/** Where each entry of a list stands; none where there is no list. */
export const entryPlaces = (file: YamlFile, list: YamlPath): YamlPath[] =>
  [...asList(file.get(list)).keys()].map((index) => [...list, index]);

/** Every text in a value, and where it stands. @param at where the value itself stands */
export function textsIn(value: unknown, at: YamlPath = []): { text: string; place: YamlPath }[] {
  if (typeof value === 'string') return [{ text: value, place: at }];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) =>
    textsIn(inner, [...at, Array.isArray(value) ? Number(key) : key]),
  );
}

export function valueAt(value: unknown, place: YamlPath): unknown {
  return place.reduce<unknown>(
    (inner, key) => (inner as Record<string | number, unknown> | null | undefined)?.[key],
    value,
  );
}

/** What stands there is a list, or nothing. Without its dash, a list entry is something else. @throws CheckFailure */
export function expectList(file: YamlFile, place: YamlPath): void {
  const value = file.get(place);
  if (value === undefined || value === null || Array.isArray(value)) return;
  const [key] = typeof value === 'object' ? Object.keys(value) : [];
  fail({
    expected: key
      ? `a list below ${place.at(-1)}:, its entry with a dash: "- ${key}:"`
      : `a list: ${place.at(-1)}: ["${value}"]`,
    actual: key ? `a mapping: ${key}: without a dash` : `one text: ${value}`,
    where: file.where(key ? [...place, key] : place),
    hint: 'Each entry of a list begins with a dash, or the list stands in brackets. Keys without a dash are a mapping, which is something else.',
  });
}

/** The line of the key (in a map) or of the entry (in a list). */
function findLine(document: Document, lines: LineCounter, place: YamlPath): number {
  for (let depth = place.length; depth > 0; depth--) {
    const parent = document.getIn(place.slice(0, depth - 1), true);
    const key = place[depth - 1];
    const pair = isMap(parent)
      ? parent.items.find(({ key: name }) => isScalar(name) && name.value === key)
      : undefined;
    const node = (pair?.key ?? document.getIn(place.slice(0, depth), true)) as Node | undefined;
    if (node?.range) return lines.linePos(node.range[0]).line;
  }
  return 1;
}
