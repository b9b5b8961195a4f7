import type { Finding } from '../lessons/index.ts';
import type { Plan } from './minutes.ts';

/** Minutes of one step: to read its lesson, to type its answers, as planned for a person. */
export interface Step {
  reading: number;
  typing: number;
  planned: number;
}

/** How long it takes to read a page, code blocks aside. Minutes, rounded up. */
function readingMinutes(page: string, wordsPerMinute: number): number {
  // Nobody reads what is not shown.
  const words = linesOf(page.replaceAll(/<!--.*?-->/gs, ''))
    .filter(({ isCode }) => !isCode)
    .flatMap(({ line }) => line.split(/\s+/).filter((word) => word !== ''));
  return Math.ceil(words.length / wordsPerMinute);
}

/** Reads the minutes of a lesson, and whether its translation says the same. */
export function readLesson(
  id: string,
  english: string,
  chinese: string | undefined,
  plan: Pick<Plan, 'words_per_minute' | 'typing'>,
): { step?: Step; findings: Finding[] } {
  const file = `solutions/${id}/README.md`;
  const parts = partsOf(english);
  const index = parts.findIndex(({ lead }) => lead === '## Minutes');
  const { line = 1, numbers = [] } = parts[index] ?? {};
  const [planned] = numbers;
  const typing = plan.typing[id];
  if (planned === undefined || typing === undefined) {
    const problem = 'the lesson does not say how many minutes it takes';
    const remedy = 'give it a part Minutes, and docs/instructor/minutes.yaml its typing';
    return { findings: [{ file, line, problem, remedy }] };
  }
  const findings: Finding[] = [];
  const reading = readingMinutes(english, plan.words_per_minute);
  if (planned < reading + typing) {
    const problem = `planned in ${planned} minutes, too few to read and type it`;
    findings.push({ file, line, problem, remedy: `plan at least ${reading + typing}` });
  }
  // A translation has the same parts in the same order; it may write one more number, where English has a word.
  const twin = chinese === undefined ? undefined : partsOf(chinese)[index];
  if (chinese !== undefined && !isWithin(numbers, twin?.numbers ?? [])) {
    const said = twin?.numbers.join(', ') || 'missing';
    findings.push({
      file: `solutions/${id}/README.zh-TW.md`,
      line: twin?.line ?? 1,
      problem: `the minutes are ${said} here, ${numbers.join(', ')} in the English lesson`,
      remedy: 'give both the same',
    });
  }
  return { step: { reading, typing, planned }, findings };
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
