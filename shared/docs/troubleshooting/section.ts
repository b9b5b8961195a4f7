import { anchorOf, type Language } from '../../language.ts';

export type { Language } from '../../language.ts';

/** What one page says about one message, or about those that belong together. */
export interface Section {
  /** Under this the Chinese text is kept: the check's id, for example. */
  id: string;
  /** What is printed. The Chinese text was written for it. */
  title: string;
  /** In place of the title, where it is printed in several ways. What links lead to has an id. */
  headings?: { id?: string; title: string }[];
  /** Markdown below the headings. */
  body(language: Language): string;
}

/** The Markdown of one section. The anchor is of a kind that GitHub knows too. @param text what is said first */
export function render(section: Section, language: Language, text = ''): string {
  const { id, title, headings = [{ id, title }], body } = section;
  const marked = headings.flatMap((heading) => [
    heading.id ? `<a id="${anchorOf(heading.id)}"></a>` : '',
    `## ${headingText(heading.title)}`,
  ]);
  return [...marked, text.trim(), body(language)].filter(Boolean).join('\n\n');
}

/** The first line of a message; in braces at its end VitePress would see attributes of the heading. */
const headingText = (title: string): string =>
  plain(firstLine(title)).replace(/\{(?=[^{]*\}$)/, '&#123;');

export const firstLine = (text: string): string => text.split('\n')[0] ?? '';

/** Words as they are, where Markdown or Vue would see something in them. */
export const plain = (text: string): string =>
  text.trim().replaceAll('<', '&lt;').replaceAll('{{', '&#123;&#123;').replaceAll('*', '\\*');

export const block = (text: string): string => `\`\`\`text\n${text.trimEnd()}\n\`\`\``;

/** The same in both languages. */
export const say = (language: Language, english: string, chinese: string): string =>
  language === 'en' ? english : chinese;
