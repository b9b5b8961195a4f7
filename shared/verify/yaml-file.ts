import { type Document, isMap, isScalar, LineCounter, type Node, parseDocument } from 'yaml';
import { fail } from './check.ts';

/** Keys and positions that lead to a place in a YAML document: ['services', 'app', 'ports', 0]. */
export type YamlPath = (string | number)[];

/** A parsed YAML file that knows on which line everything stands. */
export interface YamlFile {
  path: string;
  /** The whole document as plain values, with merge keys (`<<`) resolved. */
  value: unknown;
  /** The value at a place, or undefined. */
  get(place: YamlPath): unknown;
  /** "path:line" of a place; of the nearest place around it when it is not there. */
  where(place: YamlPath): string;
}

/** @throws CheckFailure with the line when the text does not parse, or is empty */
export function parseYaml(path: string, text: string): YamlFile {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, merge: true });
  const [error] = document.errors;
  if (error) {
    fail({
      expected: 'YAML that parses',
      actual: error.message.split(' at line')[0] ?? error.code,
      where: `${path}:${lines.linePos(error.pos[0]).line}`,
      hint: 'In YAML the indentation decides what belongs to what: two spaces a level, never tabs.',
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
  const value: unknown = document.toJS();
  return {
    path,
    value,
    get: (place) => valueAt(value, place),
    where: (place) => `${path}:${lineOf(document, lines, place)}`,
  };
}

function valueAt(value: unknown, place: YamlPath): unknown {
  return place.reduce<unknown>(
    (inner, key) => (inner as Record<string | number, unknown> | null | undefined)?.[key],
    value,
  );
}

/** The line of the key (in a map) or of the entry (in a list). */
function lineOf(document: Document, lines: LineCounter, place: YamlPath): number {
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
