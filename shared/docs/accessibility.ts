import { createRequire } from 'node:module';
import type { AxeResults } from 'axe-core';
import type { Browser, Page as Tab } from 'playwright-core';
import type { Finding } from '../lessons/index.ts';
import { LANGUAGES, PAGES, type Page } from './pages.ts';
import type { Site } from './site.ts';

const AXE = createRequire(import.meta.url).resolve('axe-core/axe.min.js');

/** A small phone, and a projector. Widths in pixels. */
const WIDTHS = [360, 1280];

/** Only colours can differ in the dark. The shapes of the results that nobody asks for take as long as the rules. */
const QUESTIONS = {
  light: "axe.run({ resultTypes: ['violations'] })",
  dark: "axe.run({ resultTypes: ['violations'], runOnly: ['color-contrast', 'link-in-text-block'] })",
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

async function lookAt(browser: Browser, site: Site, pages: Page[]): Promise<Finding[]> {
  const findings: Finding[] = [];
  const tab = await browser.newPage({ reducedMotion: 'reduce' });
  const foreign = new Set<string>();
  tab.on('request', (request) => {
    const url = request.url();
    if (!/^(data|blob):/.test(url) && !url.startsWith(site.url)) foreign.add(url);
  });
  for (const page of pages) {
    await tab.emulateMedia({ colorScheme: 'light' });
    await tab.goto(`${site.url}/${page.address.replace(/\.md$/, '.html')}`);
    await tab.addScriptTag({ path: AXE });
    findings.push(...(await violations(tab, page, 'light')));
    findings.push(...(await cutOff(tab, page)));
    await tab.emulateMedia({ colorScheme: 'dark' });
    await tab.locator('html.dark').waitFor();
    findings.push(...(await violations(tab, page, 'dark')));
    findings.push(...(await deadEnds(tab, page)));
    for (const url of foreign) findings.push(finding(page, `it asks another machine: ${url}`));
    foreign.clear();
  }
  await tab.close();
  return findings;
}

async function violations(tab: Tab, page: Page, scheme: 'light' | 'dark') {
  const { violations } = await tab.evaluate<AxeResults>(QUESTIONS[scheme]);
  return violations.map(({ id, help, nodes }) =>
    finding(page, `axe ${id}, ${scheme}: ${help}, at ${nodes[0]?.target.join(' ')}`),
  );
}

/** Does the page scroll sideways? Blocks of code and tables may, the page may not. */
async function cutOff(tab: Tab, page: Page): Promise<Finding[]> {
  const findings: Finding[] = [];
  for (const width of WIDTHS) {
    await tab.setViewportSize({ width, height: 800 });
    const wide = await tab.evaluate<number>('document.documentElement.scrollWidth');
    if (wide > width) findings.push(finding(page, `${wide} pixels wide on a screen of ${width}`));
  }
  return findings;
}

/** Boxes of a drawing lead to pages; VitePress itself looks after all other links. */
async function deadEnds(tab: Tab, page: Page): Promise<Finding[]> {
  const links = await tab.evaluate<string[]>(
    "[...document.querySelectorAll('svg a')].map((link) => new URL(link.href.baseVal, location).href)",
  );
  const findings: Finding[] = [];
  for (const link of new Set(links)) {
    const response = await tab.request.get(link);
    const [, anchor] = link.split('#');
    const isThere =
      !anchor || (await response.text()).includes(`id="${decodeURIComponent(anchor)}"`);
    if (!response.ok() || !isThere) findings.push(finding(page, `a drawing leads to ${link}`));
  }
  return findings;
}

const finding = ({ file }: Page, problem: string): Finding => ({
  file,
  line: 1,
  problem,
  remedy: 'npm run docs, and look at the page',
});
