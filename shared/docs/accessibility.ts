import { createRequire } from 'node:module';
import type { Browser, Page as Tab } from 'playwright-core';
import { LANGUAGES } from '../language.ts';
import type { Finding } from '../lessons/index.ts';
import { PAGES, type Page } from './pages.ts';
import type { Site } from './site.ts';

const AXE = createRequire(import.meta.url).resolve('axe-core/axe.min.js');

/** A small phone, and a projector. Widths in pixels. */
const WIDTHS = [360, 1280];

/**
 * The frame around the pages is the same on each, and so is a word of code in the colour of its kind: what was looked at
 * on an earlier page of this language is left out.
 */
const LEAVE_OUT_SEEN = `(() => {
  window.leftOut = window.seen ? ['pre code.seen', '.VPNav', '.VPSidebar'] : ['pre code.seen'];
  window.seen ??= new Set();
  for (const block of document.querySelectorAll('main pre code')) {
    const words = [...block.querySelectorAll('span span')];
    const looks = words.map(({ style, parentNode }) => [parentNode.className, style.cssText].join(' '));
    block.classList.toggle('seen', looks.every((look) => window.seen.has(look)));
    for (const look of looks) window.seen.add(look);
  }
})()`;

/** Only colours can differ in the dark. The shapes of the results that nobody asks for take as long as the rules. */
const SCHEMES = {
  light: "resultTypes: ['violations']",
  dark: "resultTypes: ['violations'], runOnly: ['color-contrast', 'link-in-text-block']",
};

/**
 * Looks at every page of the site in a real browser, light and dark, on a phone and on a wide screen: nothing violates
 * axe's rules, nothing is cut off, and nothing comes from another machine. The languages side by side, a tab for each.
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

/** Only the first page is loaded. The menu leads to the others, which is faster: axe stays loaded, and compiled. */
async function lookAt(browser: Browser, site: Site, pages: Page[]): Promise<Finding[]> {
  const findings: Finding[] = [];
  const tab = await browser.newPage({ reducedMotion: 'reduce' });
  const requests = new Set<string>();
  tab.on('request', (request) => requests.add(request.url()));
  const first = urlOf(site, pages[0] as Page);
  await load(tab, first);
  for (const page of pages) {
    const opened = await open(tab, first, urlOf(site, page));
    await tab.evaluate(LEAVE_OUT_SEEN);
    const problems = [
      ...opened,
      ...(await violations(tab, 'light')),
      ...(await violations(tab, 'dark')),
      ...(await cutOff(tab)),
      ...(await deadEnds(tab)),
      ...[...requests]
        .filter((url) => !/^(data|blob):/.test(url) && !url.startsWith(site.url))
        .map((url) => `it asks another machine: ${url}`),
    ];
    requests.clear();
    findings.push(...problems.map((problem) => finding(page, problem)));
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
async function open(tab: Tab, first: string, url: string): Promise<string[]> {
  for (let again = 2; ; again--) {
    const problems = await tab
      .evaluate<string[]>(openByMenu(url))
      .catch(({ message }: Error) => [message]);
    if (problems.length === 0 || again === 0) return problems;
    await load(tab, first).catch(() => {});
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
  for (let frames = 0; !isShown(); frames += 1) {
    if (frames > 600) return ['the menu shows another page than the file'];
    await new Promise(requestAnimationFrame);
  }
  await document.fonts.ready;
  return [...file.querySelectorAll('[src], link[href]')]
    .map(({ src, href }) => new URL(src ?? href, '${url}'))
    .filter(({ origin }) => origin !== location.origin)
    .map(({ href }) => 'it loads from another machine: ' + href);
})()`;

async function violations(tab: Tab, scheme: 'light' | 'dark') {
  await tab.emulateMedia({ colorScheme: scheme });
  await tab.locator(scheme === 'dark' ? 'html.dark' : 'html:not(.dark)').waitFor();
  const run = `axe.run({ exclude: window.leftOut }, { ${SCHEMES[scheme]} })`;
  return tab.evaluate<string[]>(`${run}.then(({ violations }) =>
    violations.map(({ id, help, nodes }) =>
      \`axe \${id}, ${scheme}: \${help}, at \${nodes[0]?.target.join(' ')}\`))`);
}

/** Does the page scroll sideways? Blocks of code and tables may, the page may not. */
async function cutOff(tab: Tab): Promise<string[]> {
  const problems: string[] = [];
  for (const width of WIDTHS) {
    await tab.setViewportSize({ width, height: 800 });
    const wide = await tab.evaluate<number>('document.documentElement.scrollWidth');
    if (wide > width) problems.push(`${wide} pixels wide on a screen of ${width}`);
  }
  return problems;
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
