import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { LANGUAGES } from '../language.ts';
import type { Finding } from '../lessons/index.ts';
import { openBrowser } from '../stack/index.ts';
import { checkAccessibility } from './accessibility.ts';
import { checkCode } from './code.ts';
import { checkLinks } from './links.ts';
import { checkMinutes } from './minutes.ts';
import { checkNames } from './names.ts';
import { PAGES } from './pages.ts';
import { readText, type Text } from './read-text.ts';
import { checkReports } from './reports.ts';
import { serveSite } from './site.ts';
import { checkSpelling } from './spelling.ts';
import { checkTranslations, STALE } from './translations.ts';
import { checkTroubleshooting } from './troubleshooting/index.ts';

/** Not on the site, because they are about the machinery. */
const FOR_MAINTAINERS = ['CONTRIBUTING.md', 'shared/inbox/README.md'];

/** What a check found, and what it counted, such as "41 blocks run". */
export interface Checked {
  findings: Finding[];
  counted?: string[];
  /** Why it could not be done here. */
  skipped?: string;
}

export interface DocsCheck {
  /** Ends the sentence "The documentation: …". */
  title: string;
  check: (root: string, signal?: AbortSignal) => Promise<Checked>;
}

const inEnglish = PAGES.filter(({ language }) => language === 'en').map(({ file }) => file);
const inEveryLanguage = PAGES.map(({ file }) => file);

/** Pages of the site, and those for maintainers. */
const readAll = (root: string, files: string[]): Promise<Text[]> =>
  Promise.all(
    [...files, ...FOR_MAINTAINERS]
      // A page that is missing is one finding, not one of every check.
      .filter((file) => existsSync(join(root, file)))
      .map((file) => readText(root, file)),
  );

export const readEnglish = (root: string): Promise<Text[]> => readAll(root, inEnglish);

/** What counts nothing but what it finds. */
const found = (check: (root: string) => Promise<Finding[]>) => async (root: string) => ({
  findings: await check(root),
});

/** What needs only the files. */
export const FILE_CHECKS: DocsCheck[] = [
  {
    title: 'every English page has a translation of its present text',
    async check(root) {
      const findings = await checkTranslations(root);
      const pages = LANGUAGES.map((code) => {
        const { length } = PAGES.filter(({ language }) => language === code);
        return `${length} pages ${code}`;
      });
      const stale = findings.filter(({ problem }) => problem === STALE).length;
      return { findings, counted: [...pages, `${stale} stale translations`] };
    },
  },
  {
    title: 'every link leads somewhere',
    async check(root) {
      const texts = await readAll(root, inEveryLanguage);
      const links = texts.flatMap((text) => text.links);
      return { findings: await checkLinks(root, texts), counted: [`${links.length} links`] };
    },
  },
  {
    title: 'every script, file, port and version named exists',
    check: found(async (root) => checkNames(root, await readAll(root, inEveryLanguage))),
  },
  {
    title: 'every message that can be printed has its page, and no other has',
    check: found(checkTroubleshooting),
  },
  {
    title: 'every report shown is one that can be printed',
    check: found(async (root) => checkReports(root, await readAll(root, inEveryLanguage))),
  },
  {
    title: 'a step has the same minutes wherever they stand',
    check: found(checkMinutes),
  },
  {
    title: 'code is cut from the solutions',
    check: found(async (root) => checkCode(root, await readEnglish(root))),
  },
  {
    title: 'the English is spelled right',
    check: found((root) => checkSpelling(root, [...inEnglish, ...FOR_MAINTAINERS])),
  },
];

/** What needs a browser. */
export const SITE_CHECK: DocsCheck = {
  title: 'the site can be built, and every page can be read by everybody',
  async check(root, signal) {
    const opened = await openBrowser();
    if ('reason' in opened) return { findings: [], skipped: opened.reason };
    signal?.addEventListener('abort', () => opened.browser.close());
    try {
      await using site = await serveSite(root);
      const findings = await checkAccessibility(opened.browser, site);
      const violations = findings.filter(({ problem }) => problem.startsWith('axe ')).length;
      return { findings, counted: [`${violations} axe violations`] };
    } finally {
      await opened.browser.close();
    }
  },
};

/** What `npm run docs:check` looks at, the quick ones first. Following the pages takes minutes: `npm run docs:follow`. */
export const DOCS_CHECKS = [...FILE_CHECKS, SITE_CHECK];
