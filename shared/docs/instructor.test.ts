import { readdirSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readMessages } from '../checks/index.ts';
import { ROOT } from '../root.ts';
import { STEPS } from '../verify/index.ts';

const read = (file: string) => readFileSync(join(ROOT, file), 'utf8');

/** The mistakes that a page tells of, as `folder/name: first line of the message`. */
function told(page: string): string[] {
  let folder = '';
  return page.split('\n').flatMap((line) => {
    folder = line.match(/`(shared\/checks\/\d+-\S+\/answers)`/)?.[1] ?? folder;
    const [, name, message, task] =
      line.match(/^\| `([a-z0-9-]+)` \| `✗ ([^`]+)`(?:\D*(\d))? \|/) ?? [];
    return name ? [`${folder}/${name}: ${message}${task ? ` task ${task}` : ''}`] : [];
  });
}

/** The same as it was recorded. */
function recorded(line: string): string {
  const path = line.slice(0, line.indexOf(':'));
  const folder = join(ROOT, dirname(path));
  const messages = readdirSync(folder)
    .filter((file) => file.endsWith('.txt'))
    .flatMap((file) => readMessages(join(folder, file)).get(basename(path)) ?? []);
  const [first = ''] = messages.join().split('\n');
  return `${path}: ${first.replace(/^\s*✗ /, '').replace(/\s+/g, ' ')}`;
}

describe("The instructor's mistakes", () => {
  it.each(['docs/instructor/steps.md', 'docs/zh-TW/instructor/steps.md'])(
    '%s names them, and their messages, as they were recorded',
    (file) => {
      const mistakes = told(read(file));

      expect(mistakes.length).toBeGreaterThanOrEqual(5 * STEPS.length);
      expect(mistakes).toEqual(mistakes.map(recorded));
    },
  );
});
