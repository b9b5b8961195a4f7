import type { Finding } from '../lessons/index.ts';

/** Minutes of one step: to read its lesson, as measured with a program, as planned for a person. */
export interface Step {
  reading: number;
  measured: number;
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
  folder: string,
  english: string,
  chinese: string | undefined,
  wordsPerMinute: number,
): { step?: Step; findings: Finding[] } {
  const file = `${folder}/README.md`;
  const parts = partsOf(english);
  const index = parts.findIndex(({ lead }) => lead === '## Minutes');
  const { line = 1, numbers = [] } = parts[index] ?? {};
  const [planned, measured, verdicts] = numbers;
  if (planned === undefined || measured === undefined || verdicts === undefined) {
    const problem = 'the lesson does not say how many minutes it takes';
    const remedy = 'give it a part Minutes: planned, then measured minutes, verdicts and hints';
    return { findings: [{ file, line, problem, remedy }] };
  }
  const findings: Finding[] = [];
  const reading = readingMinutes(english, wordsPerMinute);
  if (planned < reading + measured) {
    const problem = `planned in ${planned} minutes, too few to read and type it`;
    findings.push({ file, line, problem, remedy: `plan at least ${reading + measured}` });
  }
  // A translation has the same parts in the same order; it may write one more number, where English has a word.
  const twin = chinese === undefined ? undefined : partsOf(chinese)[index];
  if (chinese !== undefined && !isWithin(numbers, twin?.numbers ?? [])) {
    const said = twin?.numbers.join(', ') || 'missing';
    findings.push({
      file: `${folder}/README.zh-TW.md`,
      line: twin?.line ?? 1,
      problem: `the minutes are ${said} here, ${numbers.join(', ')} in the English lesson`,
      remedy: 'give both the same: planned, then measured minutes, verdicts and hints',
    });
  }
  return { step: { reading, measured, planned }, findings };
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
