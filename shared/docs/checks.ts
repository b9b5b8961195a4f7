import { openBrowser } from '../stack/index.ts';
import { checkAccessibility } from './accessibility.ts';
import { runBlocks } from './blocks.ts';
import { type DocsCheck, FILE_CHECKS, readEnglish } from './file-checks.ts';
import { serveSite } from './site.ts';

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

/** What needs a Docker engine, and the images of the finished stack. */
export const COMMAND_CHECK: DocsCheck = {
  title: 'every command runs in a fresh clone',
  async check(root, signal) {
    const texts = await readEnglish(root);
    const { findings, run, marked, outputs, hasGrafana } = await runBlocks(root, texts, signal);
    const compared = outputs.filter(({ isCompared }) => isCompared).length;
    const counted = [
      `${run} blocks run`,
      `${marked} blocks marked no-run`,
      `${outputs.length} outputs shown, ${compared} of them compared`,
    ];
    return { findings, counted: hasGrafana ? counted : [...counted, 'without Grafana'] };
  },
};

/** What `npm run docs:check` looks at, the quick ones first. Following the pages takes minutes: `npm run docs:follow`. */
export const DOCS_CHECKS = [...FILE_CHECKS, SITE_CHECK];
