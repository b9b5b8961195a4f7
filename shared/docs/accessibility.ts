import { createRequire } from 'node:module';
import type { Browser, Page as Tab } from 'playwright-core';
import { LANGUAGES } from '../language.ts';
import type { Finding } from '../lessons/index.ts';
import { PAGES, type Page } from './pages.ts';
import type { Site } from './site.ts';
import { UNLIKE_SEEN } from './unlike-seen.ts';

const AXE = createRequire(import.meta.url).resolve('axe-core/axe.min.js');

/** The slow rule: it looks at what is drawn around every text. */
const CONTRAST = 'color-contrast';
/** The other rule that can say something else in the dark: its links are told from the text by their colours. */
const LINKS = 'link-in-text-block';

/**
 * On a projector, and in the dark on a small phone, in pixels. To change it takes longer than to open a page again. Beside a
 * wide page stands what a phone hides, and a few pages show all of it.
 */
const WAYS: { scheme: 'light' | 'dark'; width: number; first?: number }[] = [
  { scheme: 'light', width: 1280 },
  { scheme: 'dark', width: 1280, first: 5 },
  { scheme: 'dark', width: 360 },
];

/**
 * Looks at every page of the site in a real browser, light on a wide screen and dark on a phone: nothing violates axe's
 * rules, nothing is cut off, and nothing comes from another machine. The languages side by side, a tab for each.
 */
export async function checkAccessibility(browser: Browser, site: Site): Promise<Finding[]> {
  const findings = LANGUAGES.map(async (language) =>
    lookAt(
      browser,
      site,
      PAGES.filter((page) => page.language === language),
    ),
  );
  return (await Promise.all(findings)).flat();
}

/**
 * Only the first page is loaded. The menu leads to the others, which is faster: axe stays loaded, and compiled. The frame
 * around the pages is the same on each, so it is looked at once.
 */
async function lookAt(browser: Browser, site: Site, pages: Page[]): Promise<Finding[]> {
  const findings: Finding[] = [];
  const tab = await browser.newPage({ reducedMotion: 'reduce' });
  const requests = new Set<string>();
  tab.on('request', (request) => requests.add(request.url()));
  const menu = urlOf(site, pages[0] as Page);
  await load(tab, menu);
  for (const { scheme, width, first } of WAYS) {
    await tab.setViewportSize({ width, height: 800 });
    await tab.emulateMedia({ colorScheme: scheme });
    await tab.locator(scheme === 'dark' ? 'html.dark' : 'html:not(.dark)').waitFor();
    for (const page of pages.slice(0, first)) {
      const problems = [
        ...(await open(tab, menu, urlOf(site, page))),
        ...(await (scheme === 'dark'
          ? colors(tab, [CONTRAST, LINKS])
          : allRules(tab, page === pages[0]))),
        ...(await cutOff(tab, width)),
        ...[...requests]
          .filter((url) => !/^(data|blob):/.test(url) && !url.startsWith(site.url))
          .map((url) => `it asks another machine: ${url}`),
      ];
      requests.clear();
      const how = scheme === 'dark' ? ', in the dark' : '';
      findings.push(...problems.map((problem) => finding(page, `${problem}${how}`)));
    }
  }
  await tab.close();
  return findings;
}

async function load(tab: Tab, url: string): Promise<void> {
  await tab.goto(url);
  await tab.addScriptTag({ path: AXE });
}

/**
 * A browser drops what is under way when networks come and go, as containers' do. Then the menu is loaded anew, and the
 * page opened by it again: a link that leads elsewhere does so every time.
 */
async function open(tab: Tab, menu: string, url: string): Promise<string[]> {
  for (let again = 2; ; again--) {
    const problems = await tab
      .evaluate<string[]>(openByMenu(url))
      .catch(({ message }: Error) => [message]);
    if (problems.length === 0 || again === 0) return problems;
    await load(tab, menu).catch(() => {});
  }
}

const urlOf = (site: Site, { address }: Page) => `${site.url}/${address.replace(/\.md$/, '.html')}`;

/**
 * Clicks the menu's link to a page and waits for the page. What a reader gets who opens its address is the file there:
 * it has to hold the very same page, and may load nothing from another machine. Returns what is wrong.
 */
const openByMenu = (url: string) => `(async () => {
  const link = [...document.querySelectorAll('.VPSidebar a')].find(({ href }) => href === '${url}');
  if (!link) return ['the menu does not lead to it'];
  link.click();
  const file = new DOMParser().parseFromString(await (await fetch('${url}')).text(), 'text/html');
  for (const image of file.images) image.src = new URL(image.getAttribute('src'), '${url}');
  const isShown = () => ['title', 'main'].every((name) =>
    document.querySelector(name).innerHTML === file.querySelector(name).innerHTML);
  // Not by frames: a browser without a screen may stop to draw any.
  for (let looks = 0; !isShown(); looks += 1) {
    if (looks > 500) return ['the menu shows another page than the file'];
    await new Promise((look) => setTimeout(look, 20));
  }
  await document.fonts.ready;
  return [...file.querySelectorAll('[src], link[href]')]
    .map(({ src, href }) => new URL(src ?? href, '${url}'))
    .filter(({ origin }) => origin !== location.origin)
    .map(({ href }) => 'it loads from another machine: ' + href);
})()`;

/** @param isFirst where the frame around the pages is looked at too */
async function allRules(tab: Tab, isFirst: boolean): Promise<string[]> {
  const where = JSON.stringify({ exclude: isFirst ? [] : ['.VPNav', '.VPSidebar'] });
  const options = { rules: { [CONTRAST]: { enabled: false } } };
  return [
    ...(await violations(tab, options, where)),
    ...(await colors(tab, [CONTRAST])),
    ...(await deadEnds(tab)),
  ];
}

const colors = (tab: Tab, rules: string[]): Promise<string[]> =>
  violations(tab, { runOnly: rules }, `{ include: ${UNLIKE_SEEN} }`);

/** @param where JavaScript for what is looked at: an object with elements, or selectors */
const violations = (tab: Tab, options: object, where: string): Promise<string[]> =>
  tab.evaluate(`(async () => {
    const where = ${where};
    if (where.include?.length === 0) return [];
    // The shapes of the results that nobody asks for take as long as the rules.
    const options = { ...${JSON.stringify(options)}, resultTypes: ['violations'] };
    const { violations } = await axe.run(where, options);
    return violations.map(({ id, help, nodes }) =>
      'axe ' + id + ': ' + help + ', at ' + nodes[0]?.target.join(' '));
  })()`);

/** Does the page scroll sideways? Blocks of code and tables may, the page may not. */
async function cutOff(tab: Tab, width: number): Promise<string[]> {
  const wide = await tab.evaluate<number>('document.documentElement.scrollWidth');
  return wide > width ? [`${wide} pixels wide on a screen of ${width}`] : [];
}

/** Boxes of a drawing lead to pages; VitePress itself looks after all other links. */
async function deadEnds(tab: Tab): Promise<string[]> {
  const links = await tab.evaluate<string[]>(
    "[...document.querySelectorAll('svg a')].map((link) => new URL(link.href.baseVal, location).href)",
  );
  const problems: string[] = [];
  for (const link of new Set(links)) {
    const response = await tab.request.get(link);
    const [, anchor] = link.split('#');
    const isThere =
      !anchor || (await response.text()).includes(`id="${decodeURIComponent(anchor)}"`);
    if (!response.ok() || !isThere) problems.push(`a drawing leads to ${link}`);
  }
  return problems;
}

const finding = ({ file }: Page, problem: string): Finding => ({
  file,
  line: 1,
  problem,
  remedy: 'npm run docs, and look at the page',
});
