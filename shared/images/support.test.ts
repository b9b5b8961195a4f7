import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { REAPER_IMAGE } from 'testcontainers/build/reaper/reaper.js';
import { describe, expect, it } from 'vitest';
import { ROOT } from '../root.ts';
import { endedSupport, readSupport } from './support.ts';

const read = (...path: string[]) => readFileSync(join(ROOT, ...path), 'utf8');

/** Every image of the compose files, and every package that a lesson's program or test imports. */
function pins(): string[] {
  const { devDependencies } = JSON.parse(read('package.json'));
  const found = new Set<string>([REAPER_IMAGE]);
  for (const path of readdirSync(join(ROOT, 'solutions'), { recursive: true, encoding: 'utf8' })) {
    if (path.includes('node_modules') || !/\.(ts|yaml|json)$|Dockerfile$/.test(path)) continue;
    const text = read('solutions', path);
    if (/docker-compose\.yaml$|Dockerfile$/.test(path))
      for (const [, image = ''] of text.matchAll(/^\s*(?:image:|FROM) (\S+)/gm)) found.add(image);
    if (!path.endsWith('.ts')) continue;
    for (const [, name = ''] of text.matchAll(/^import .* from '([a-z][\w-]*)'/gm))
      found.add(`${name}@${devDependencies[name]}`);
  }
  return [...found].sort();
}

describe('The support of what is pinned', () => {
  it('is known for every image and every package that is taught', () => {
    expect(
      readSupport()
        .map(({ pin }) => pin)
        .sort(),
    ).toEqual(pins());
  });

  it.each([
    ['docs/decisions/images.md', 'no date published'],
    ['docs/zh-TW/decisions/images.md', '沒有公布日期'],
  ])('stands in %s, with its source', (page, noDate) => {
    const rows = read(page)
      .split('\n')
      .filter((line) => line.startsWith('| `'));

    const wanted = readSupport().map(({ pin, until, source }) => {
      const date = until === 'no date published' ? noDate : until;
      return `| \`${pin}\` | [${date}](${source}) |`;
    });
    expect(rows.map((row) => row.split(' | ').slice(0, 2).join(' | ').concat(' |'))).toEqual(
      wanted,
    );
  });

  it('is a warning at the end of a test run from the day after its end', () => {
    const supports = [
      { pin: 'a:1', until: '2026-07-31', source: 'https://a', read: '2026-11-28' },
      { pin: 'b:2', until: 'no date published', source: 'https://b', read: '2026-11-28' },
    ];

    expect(endedSupport('2026-07-31', supports)).toEqual([]);
    expect(endedSupport('2026-08-01', supports)).toEqual([
      'Warning: support has ended (docs/decisions/images.md)',
      '  a:1, on 2026-07-31: https://a',
    ]);
  });
});
