import { appendFileSync, cpSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Clone, clone } from '../learner/test-clone.ts';
import type { Finding } from '../lessons/index.ts';
import { ROOT } from '../root.ts';
import { checkCode } from './code.ts';
import { checkLinks } from './links.ts';
import { checkNames } from './names.ts';
import { readText, type Text } from './read-text.ts';
import { checkReports } from './reports.ts';
import { checkSpelling } from './spelling.ts';
import { checkTranslations } from './translations.ts';

describe('What is wrong on a page', () => {
  let workshop: Clone;
  beforeAll(async () => {
    workshop = await clone();
  });
  afterAll(() => workshop[Symbol.dispose]());

  const CHECKS: Record<string, (root: string, texts: Text[]) => Promise<Finding[]>> = {
    links: checkLinks,
    names: checkNames,
    code: checkCode,
    reports: checkReports,
    spelling: (root) => checkSpelling(root, ['docs/page.md']),
  };

  it.each([
    ['links', '[here](nowhere.md)', 'a link to docs/nowhere.md, which does not exist'],
    [
      'links',
      '[here](promql.md#nothing)',
      'a link to #nothing, and docs/promql.md has no such heading',
    ],
    [
      'links',
      '[here](../solutions/01-app/hints.md)',
      'a link to solutions/01-app/hints.md, and a learner works in steps/',
    ],
    ['names', 'Type `npm run verify:step-12`.', 'npm run verify:step-12 does not exist'],
    ['names', 'See `prometheus/rules.yml`.', 'prometheus/rules.yml does not exist'],
    ['names', 'Open <http://localhost:9099>.', 'localhost:9099 does not exist'],
    ['names', 'It is Prometheus 3.4.', 'Prometheus 3.4 does not exist'],
    [
      'code',
      '```yaml\nevaluation_interval: 6s\n```',
      'no solution contains: evaluation_interval: 6s',
    ],
    ['reports', '```text output\n  ✓ All is well      0.1 s\n```', 'no report says: All is well'],
    ['spelling', 'A sentense.', 'an unknown word: sentense'],
  ])('names %s that say %j, with the line', async (kind, words, problem) => {
    writeFileSync(
      join(workshop.root, 'docs/page.md'),
      `---\ntitle: Page\n---\n\n# Page\n\n${words}\n`,
    );

    const page = await readText(workshop.root, 'docs/page.md');
    const findings = await CHECKS[kind]?.(workshop.root, [page]);
    rmSync(join(workshop.root, 'docs/page.md'));

    const line = words.startsWith('```') ? 8 : 7;
    expect(findings).toMatchObject([{ file: 'docs/page.md', line, problem }]);
  });

  it('a page that is missing, or not on the map, is named', async () => {
    rmSync(join(workshop.root, 'docs/zh-TW/promql.md'));
    writeFileSync(join(workshop.root, 'docs/page.md'), '# Page\n');

    expect(await checkTranslations(workshop.root)).toMatchObject([
      { file: 'docs/zh-TW/promql.md', problem: 'this page is missing' },
      { file: 'docs/page.md', problem: 'a page that is not on the map' },
    ]);
    cpSync(join(ROOT, 'docs/zh-TW/promql.md'), join(workshop.root, 'docs/zh-TW/promql.md'));
    rmSync(join(workshop.root, 'docs/page.md'));
  });

  it('a changed English text makes its translation stale', async () => {
    appendFileSync(join(workshop.root, 'docs/glossary.md'), '\n## More\n\n```sh\nls\n```\n');

    const findings = await checkTranslations(workshop.root);

    const file = 'docs/zh-TW/glossary.md';
    expect(findings).toMatchObject([
      { file, problem: 'a stale translation', remedy: expect.stringMatching(/sha256:\w{12} -->$/) },
      { file, problem: 'other commands than in the English text' },
      { file, problem: 'other headings than in the English text' },
    ]);
  });
});
