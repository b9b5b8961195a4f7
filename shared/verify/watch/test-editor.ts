import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../../root.ts';

/** What an editor marks in the learner's files. */
interface Mark {
  /** From the folder that is open in the editor. */
  file: string;
  line: number;
  message: string;
}

const { tasks } = JSON.parse(readFileSync(join(ROOT, '.vscode/tasks.json'), 'utf8'));
const { pattern, background } = tasks[0].problemMatcher;

/** The variables with which an editor starts the watch. */
export const EDITOR_ENV: Record<string, string> = tasks[0].options.env;

/** What Visual Studio Code makes of the output of `npm run watch`, as .vscode/tasks.json tells it to, line by line. */
export function marksIn(output: string): { marks: Mark[]; isActive: boolean } {
  let [marks, isActive]: [Mark[], boolean] = [[], background.activeOnStart];
  for (const line of output.split('\n')) {
    if (new RegExp(background.beginsPattern).test(line)) [marks, isActive] = [[], true];
    if (new RegExp(background.endsPattern).test(line)) isActive = false;
    const found = line.match(new RegExp(pattern.regexp));
    if (!found) continue;
    const [file = '', number, message = ''] = ['file', 'line', 'message'].map(
      (part) => found[pattern[part]],
    );
    marks.push({ file, line: Number(number), message });
  }
  return { marks, isActive };
}
