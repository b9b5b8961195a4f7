import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { ROOT } from './root.ts';

export const LANGUAGES = ['en', 'zh-TW'] as const;
export type Language = (typeof LANGUAGES)[number];

/** Beside the learner's progress. */
const STORED = join(ROOT, '.workshop', 'language');

/**
 * The learner's language: `WORKSHOP_LANG`, else what `npm run workshop lang` has stored, else the system's. JSON is read
 * by programs and stays English.
 */
export function language(): Language {
  if (process.argv.includes('--json')) return 'en';
  const { WORKSHOP_LANG, LC_ALL, LC_MESSAGES, LANG } = process.env;
  const system = LC_ALL || LC_MESSAGES || LANG || Intl.DateTimeFormat().resolvedOptions().locale;
  return /^zh/i.test(WORKSHOP_LANG || storedLanguage() || system) ? 'zh-TW' : 'en';
}

export const storedLanguage = (): string =>
  existsSync(STORED) ? readFileSync(STORED, 'utf8').trim() : '';

/** @param wanted undefined: what the system says, from now on */
export function storeLanguage(wanted: Language | undefined): void {
  mkdirSync(join(ROOT, '.workshop'), { recursive: true });
  if (wanted) writeFileSync(STORED, `${wanted}\n`);
  else rmSync(STORED, { force: true });
}

/** A sentence in the learner's language. Nothing can be printed in one language only by forgetting the other. */
export const localized = (english: string, chinese: string): string =>
  language() === 'en' ? english : chinese;

/** A page of the repository in the learner's language, wherever a text names it by its path. */
export const localizedPage = (text: string): string =>
  localized(text, text.replace(/^docs\//, 'docs/zh-TW/').replace(/README\.md$/, 'README.zh-TW.md'));

/** An id as the anchor of a heading: "load.steady" is "load-steady". */
export const anchorOf = (id: string): string => id.replaceAll(/[^a-z0-9]+/g, '-');

/** The source of the Chinese pages of Troubleshooting: a file for each page, and one for what all steps have. */
export const CHINESE = 'docs/zh-TW/troubleshooting';
const EVERY_STEP = 'every-step';

export const chineseSources = (page: string): string[] =>
  (page.startsWith('step-') ? [EVERY_STEP, page] : [page]).map((name) => `${CHINESE}/${name}.yaml`);

/**
 * What the Chinese page of Troubleshooting says about a message; nothing in English.
 *
 * @param more where the English one speaks about it: "docs/troubleshooting/step-3.md#datasource-url"
 */
export function explanation(more = ''): string | undefined {
  const [, page = '', anchor = ''] = more.match(/([\w-]+)\.md#(.+)$/) ?? [];
  if (language() === 'en' || !page) return undefined;
  const known = chineseSources(page)
    .filter((file) => existsSync(join(ROOT, file)))
    .flatMap((file) =>
      Object.entries<{ text: string }>(parse(readFileSync(join(ROOT, file), 'utf8'))),
    );
  /** "port.…" speaks about each port. */
  const found = known.find(([id]) =>
    id.endsWith('…') ? anchor.startsWith(anchorOf(id)) : anchorOf(id) === anchor,
  );
  return found?.[1].text.trim();
}

/** Chinese characters and their punctuation are two columns wide in a terminal. */
const WIDE = /[\u2e80-\ua4cf\uf900-\ufaff\ufe30-\ufe4f\uff00-\uff60]/g;

/** How many columns of a terminal a text takes. */
export const columns = (text: string): number => text.length + (text.match(WIDE)?.length ?? 0);

/** Fills a text up to so many columns. */
export const padColumns = (text: string, width: number): string =>
  text + ' '.repeat(Math.max(0, width - columns(text)));
