import type { Finding } from '../lessons/index.ts';
import type { Step } from './minutes.ts';

/** How long it takes to read a page, code blocks aside. Minutes, rounded up. */
export function readingMinutes(page: string, wordsPerMinute: number): number {
  // Nobody reads what is not shown.
  const words = linesOf(page.replaceAll(/<!--.*?-->/gs, ''))
    .filter(({ isCode }) => !isCode)
    .flatMap(({ line }) => line.split(/\s+/).filter((word) => word !== ''));
  return Math.ceil(words.length / wordsPerMinute);
}

/** Does a lesson say the minutes of `step`, in English and in Chinese? */
export function checkLesson(
  folder: string,
  step: Step,
  english: string,
  chinese: string | undefined,
): Finding[] {
  const parts = partsOf(english);
  const index = parts.findIndex(({ lead }) => lead === '## Minutes');
  const part = parts[index];
  if (!part) {
    const problem = 'the lesson does not say how many minutes it takes';
    return [{ file: `${folder}/README.md`, line: 1, problem, remedy: 'give it a part Minutes' }];
  }
  const { minutes, verdicts, hints } = step.measured;
  // "no hint" is a word and no number.
  const wanted = [step.planned, minutes, verdicts, ...(hints > 0 ? [hints] : [])];
  const differs = (file: string, { line, numbers }: Part): Finding => ({
    file,
    line,
    problem: `the minutes are ${numbers.join(', ')} here, ${wanted.join(', ')} in docs/instructor/minutes.yaml`,
    remedy: 'give both the same: planned, then measured minutes, verdicts and hints',
  });
  const findings: Finding[] = [];
  if (part.numbers.join() !== wanted.join()) findings.push(differs(`${folder}/README.md`, part));
  // A translation has the same parts in the same order; it may write one more number, where English has a word.
  const twin = chinese === undefined ? part : partsOf(chinese)[index];
  const file = `${folder}/README.zh-TW.md`;
  if (!twin) {
    const problem = 'the part about the minutes is missing';
    findings.push({ file, line: 1, problem, remedy: 'translate it' });
  } else if (chinese !== undefined && !isWithin(wanted, twin.numbers)) {
    findings.push(differs(file, twin));
  }
  return findings;
}

interface Part {
  /** Its heading. */
  lead: string;
  /** Where its first paragraph begins, 1-based. */
  line: number;
  /** The numbers in its first paragraph. */
  numbers: number[];
}

function partsOf(page: string): Part[] {
  const lines = linesOf(page);
  return lines.flatMap(({ line: lead, isCode }, index) => {
    if (isCode || !lead.startsWith('## ')) return [];
    let first = index + 1;
    while (lines[first]?.line.trim() === '') first++;
    const length = lines.slice(first).findIndex(({ line }) => line.trim() === '');
    const paragraph = lines.slice(first, length < 0 ? undefined : first + length);
    const text = paragraph.map(({ line }) => line).join(' ');
    return { lead, line: first + 1, numbers: (text.match(/\d+/g) ?? []).map(Number) };
  });
}

/** Do the wanted numbers stand in `numbers`, in order, with the first one first? */
function isWithin(wanted: number[], numbers: number[]): boolean {
  let next = 0;
  for (const number of numbers) if (number === wanted[next]) next++;
  return numbers[0] === wanted[0] && next === wanted.length;
}

function linesOf(page: string): { line: string; isCode: boolean }[] {
  let isCode = false;
  return page.split(/\r?\n/).map((line) => {
    const isFence = /^\s*```/.test(line);
    if (isFence) isCode = !isCode;
    return { line, isCode: isCode || isFence };
  });
}
