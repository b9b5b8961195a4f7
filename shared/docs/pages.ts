import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { LANGUAGES, type Language } from '../language.ts';
import { SECTIONS } from './site-map.ts';

/** What the menu calls the README, which has the same title as the first page. */
const START: Record<Language, string> = { en: 'Start', 'zh-TW': '開始' };

export interface Page {
  /** Path of the Markdown file from the root of the repository. */
  file: string;
  language: Language;
  /** Path on the site, without a slash before it, such as `zh-TW/steps/01-app.md`. */
  address: string;
  /** The English file; the same as `file` for an English page. */
  english: string;
}

/** Every page of the site, in reading order, English first. */
export const PAGES: Page[] = LANGUAGES.flatMap((language) =>
  SECTIONS.flatMap(({ files }) => files).map((english) => ({
    file: language === 'en' ? english : twinOf(english),
    language,
    address: language === 'en' ? addressOf(english) : `${language}/${addressOf(english)}`,
    english,
  })),
);

/** The menu beside a page of this language. @param root folder of the repository */
export function menu(root: string, language: Language) {
  return SECTIONS.map(({ title, files }) => ({
    text: title[language],
    items: PAGES.filter((page) => page.language === language && files.includes(page.english)).map(
      ({ file, address, english }) => ({
        text: english === 'README.md' ? START[language] : titleOf(root, file),
        link: `/${address}`,
      }),
    ),
  }));
}

/** A translation lies beside a text that belongs to a folder of code, else in docs/zh-TW. */
function twinOf(english: string): string {
  if (english === 'CHANGELOG.md') return 'docs/zh-TW/changelog.md';
  if (english.startsWith('docs/')) return english.replace('docs/', 'docs/zh-TW/');
  return english.replace(/\.md$/, '.zh-TW.md');
}

function addressOf(english: string): string {
  const [, step, text] = english.match(/^solutions\/(.*)\/(\w+)\.md$/) ?? [];
  if (step) return `steps/${step}${text === 'hints' ? '-hints' : ''}.md`;
  if (english === 'README.md') return 'start.md';
  return english.replace('docs/', '').replace('README', 'index').replace('CHANGELOG', 'changelog');
}

/** A page that is missing has its name; docs:check says that it is missing. */
function titleOf(root: string, file: string): string {
  const path = join(root, file);
  const content = existsSync(path) ? readFileSync(path, 'utf8') : '';
  const [, title = file] = content.match(/^# (.*)$/m) ?? [];
  return title.replaceAll('`', '');
}
