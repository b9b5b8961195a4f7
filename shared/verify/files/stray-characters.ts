import { isPair, parseDocument, visit } from 'yaml';
import type { Finding } from './finding.ts';

/** What input methods for Chinese, and word processors, write in place of a plain character. */
const STRAY =
  /[\u3000\u00a0\u200b！-～“”‘、。「」【】]|(?<![a-z])’|’(?![a-z])|(?<![^\s"'=[,])[–—](?=[a-z])/iu;

/** The same in code, where an identifier may hold any letter and blanks may be wide. */
const STRAY_IN_CODE = /[！-／０-９：-＠［-｀｛-～“”‘’、。「」【】]/u;

/** Such a text is for people, and its signs are its writer's. */
const PROSE = /\p{Script=Han}|\p{Script=Hiragana}|\p{Script=Katakana}|\p{Script=Hangul}/u;
const PROSE_KEY =
  /^(x-.*|annotations|description|summary|title|text|message|fallback|pretext|footer|help|label|subject|html|body|headers|content|legendFormat|displayName|alias|comment|notes?)$/;

/** Comments, and texts in quotes or between slashes. */
const CODE_TEXTS =
  /\/\/.*|\/\*[\s\S]*?\*\/|'(?:\\.|[^'\\\n])*'|"(?:\\.|[^"\\\n])*"|`(?:\\.|[^`\\])*`|(?<=[(,=:[!&|?{};]\s*)\/(?![*/])(?:\\.|\[[^\]\n]*\]|[^/\\\n])+\//g;
const DOCKERFILE_TEXTS = /^\s*#.*|'[^'\n]*'|"(?:\\.|[^"\\\n])*"/gm;

/** The first character that looks like a plain one and is none, where only a plain one will do; no parser says so. */
export function findStrayCharacter(path: string, text: string): Finding | undefined {
  if (!STRAY.test(text)) return undefined;
  const offset = /\.(ya?ml|json)$/.test(path)
    ? inYaml(text)
    : blank(text, /Dockerfile/.test(path) ? DOCKERFILE_TEXTS : CODE_TEXTS).search(STRAY_IN_CODE);
  if (offset === undefined || offset < 0) return undefined;
  const before = text.slice(0, offset).split('\n');
  const character = text[offset] ?? '';
  const plain = plainOf(character);
  return {
    expected: plain === ' ' ? 'a plain space' : `the plain character ${plain}`,
    actual: `${/\s|\u200b/.test(character) ? 'a blank' : character} (U+${hex(character)}) in column ${(before.at(-1) ?? '').length + 1}`,
    where: `${path}:${before.length}`,
    hint: 'It looks alike, but to a program it is another character. An input method for Chinese writes it until you switch to half-width; a word processor writes round quotes and long dashes.',
  };
}

/** Every match becomes blanks, so that places stay what they are. */
const blank = (text: string, pattern: RegExp): string =>
  text.replace(pattern, (match) => match.replace(/[^\n]/g, ' '));

/** In keys, and in values that are for programs. Where the file does not parse, the nearest one before the error. */
function inYaml(text: string): number | undefined {
  const document = parseDocument(text);
  const [error] = document.errors;
  if (error) return nearestBefore(text, error.pos[0]);
  let found: number | undefined;
  visit(document, {
    Scalar(key, node, around) {
      const [start = 0, end = 0] = node.range ?? [];
      const keys = [...around].filter(isPair).map(({ key }) => (key as { value?: unknown }).value);
      if (key === 'key') keys.pop();
      const isProse = keys.some((name) => PROSE_KEY.test(String(name)));
      const at = inLines(text.slice(start, end), isProse ? /｛｛|｝｝/ : STRAY);
      if (at === undefined) return undefined;
      found = start + at;
      return visit.BREAK;
    },
  });
  return found;
}

/** In lines that hold no words of a language which is written with such characters; comments aside. */
function inLines(text: string, pattern: RegExp): number | undefined {
  let start = 0;
  for (const line of text.split('\n')) {
    const own = line.replace(/(^|\s)#.*/, '');
    const at = own.search(pattern);
    if (at >= 0 && (pattern !== STRAY || !PROSE.test(own))) return start + at;
    start += line.length + 1;
  }
  return undefined;
}

function nearestBefore(text: string, position: number): number | undefined {
  const end = text.indexOf('\n', position);
  const lines = text.slice(0, end < 0 ? text.length : end).split('\n');
  for (let index = lines.length - 1; index >= 0; index--) {
    const line = (lines[index] ?? '').replace(/(^|\s)#.*/, '');
    const [, key = ''] = line.match(/^\s*(?:- )?"?([\w-]+)"?:\s/) ?? [];
    const at = line.search(STRAY);
    if (at >= 0 && !PROSE_KEY.test(key))
      return lines.slice(0, index).join('\n').length + (index && 1) + at;
  }
  return undefined;
}

const hex = (character: string): string =>
  (character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0');

/** What was meant, where Unicode does not know a full-width character or a wide blank by another name. */
const PLAIN: Record<string, string> = {
  ...{ '“': '"', '”': '"', '‘': "'", '’': "'", '–': '--', '—': '--', '、': ',', '。': '.' },
  ...{ '「': '"', '」': '"', '【': '[', '】': ']', '\u200b': ' ' },
};

const plainOf = (character: string): string => PLAIN[character] ?? character.normalize('NFKC');
