import { openBrowser } from '../stack/index.ts';
import { checkAccessibility } from './accessibility.ts';
import { type DocsCheck, FILE_CHECKS } from './file-checks.ts';
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

/** What `npm run docs:check` looks at, the quick ones first. Following the pages takes minutes: `npm run docs:follow`. */
export const DOCS_CHECKS = [...FILE_CHECKS, SITE_CHECK];
