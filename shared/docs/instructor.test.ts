import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ROOT } from '../root.ts';

const read = (file: string) => readFileSync(join(ROOT, file), 'utf8');

/** The mistakes that a page tells of, as `folder/name: first line of the message`. */
function told(page: string): string[] {
  let folder = '';
  return page.split('\n').flatMap((line) => {
    folder = line.match(/`(shared\/mistakes\/\d\d\/wrong)`/)?.[1] ?? folder;
    const [, name, message, task] =
      line.match(/^\| `([a-z0-9-]+)` \| `✗ ([^`]+)`(?:\D*(\d))? \|/) ?? [];
    return name ? [`${folder}/${name}: ${message}${task ? ` task ${task}` : ''}`] : [];
  });
}

/** The same as it was recorded. */
function recorded(line: string): string {
  const path = line.slice(0, line.indexOf(':'));
  const file = `${path}.txt`;
  if (!existsSync(join(ROOT, file))) return `${path}: no such mistake`;
  const [first = ''] = read(file).split('\n');
  return `${path}: ${first.replace(/^\s*✗ /, '').replace(/\s+/g, ' ')}`;
}

describe("The instructor's mistakes", () => {
  it.each(['docs/instructor/steps.md', 'docs/zh-TW/instructor/steps.md'])(
    'When %s tells of one, then its name and its message are those that were recorded',
    (file) => {
      const mistakes = told(read(file));

      expect(mistakes).toHaveLength(25);
      expect(mistakes).toEqual(mistakes.map(recorded));
    },
  );
});
