import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { moreAbout } from '../../engine/index.ts';
import { OTHER_FAILURE, pageOf, STEPS, stepNumber } from '../../verify/index.ts';
import { examplesOf, readRecorded } from './recorded.ts';
import { block, type Language, say } from './section.ts';

/** What stands above the sections of a page. @param values what its text leaves open, as `{{name}}` */
export function top(
  page: 'index' | 'step' | 'doctor' | 'machine',
  language: Language,
  values: Record<string, string | number> = {},
): string {
  const file = join(import.meta.dirname, say(language, 'tops.md', 'tops.zh-TW.md'));
  const texts = readFileSync(file, 'utf8')
    .replaceAll('\r\n', '\n')
    .split(/^<!-- page: (.*) -->$/m);
  const text = texts[texts.indexOf(page) + 1] ?? '';
  return text.trim().replaceAll(/\{\{(\w+)\}\}/g, (_, name) => `${values[name]}`);
}

/** The page that leads to the others, and explains a verdict. */
export function overview(language: Language, root: string): string {
  const step = (number: number) => say(language, `Step ${number}`, `第 ${number} 步`);
  const steps = STEPS.map((id) => {
    const number = stepNumber(id);
    return `- [${step(number)}](${pageOf(number)}.md)${say(language, ': ', '：')}\`${id}\``;
  });
  const values = { steps: steps.join('\n'), example: example(root), otherFailure: OTHER_FAILURE };
  return `${top('index', language, values)}\n`;
}

/** The message that is explained. */
function example(root: string): string {
  const [id, title] = ['compose.port', "The app's port 8080 is published"];
  const [recorded] = examplesOf(readRecorded(root, STEPS[0] ?? ''), id, title);
  const more = `      more      ${moreAbout(pageOf(1), id)}`;
  return recorded ? block(`${recorded.text.trimEnd()}\n${more}`) : '';
}
