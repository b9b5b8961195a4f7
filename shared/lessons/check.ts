import { join } from 'node:path';
import { type Build, build } from './build.ts';
import { listFiles, read } from './files.ts';
import type { Finding } from './finding.ts';
import { firstDifference } from './solution-file.ts';
import { typeErrors, yamlErrors } from './starters.ts';
import { checkTexts, repeatedTasks } from './texts.ts';

/**
 * Everything that is wrong with the lessons of the repository in `root`, ordered by file and line. Changes nothing.
 * While a marker cannot be understood only the markers are reported, and starters are tried out only when they
 * are the generated ones: one mistake must not be reported twice.
 *
 * @throws WrongResult when `root` holds no lessons, or the type-checker does not run
 */
export async function checkLessons(root: string): Promise<Finding[]> {
  const { lessons, generated } = await build(root);
  const broken = lessons.flatMap((lesson) => lesson.broken);
  if (broken.length > 0) return inOrder(broken);

  const drift = await findDrift(root, generated);
  return inOrder([
    ...drift,
    ...lessons.flatMap((lesson) => lesson.differences),
    ...lessons.flatMap(checkTexts),
    ...repeatedTasks(lessons),
    ...(drift.length > 0 ? [] : [...yamlErrors(generated), ...(await typeErrors(root))]),
  ]);
}

function inOrder(findings: Finding[]): Finding[] {
  const place = ({ file, line }: Finding) => `${file}:${String(line).padStart(6, '0')}`;
  return findings.toSorted((a, b) => (place(a) < place(b) ? -1 : 1));
}

/** Where the disk differs from what would be generated: files edited by hand, missing ones, stray ones. */
async function findDrift(root: string, generated: Build['generated']): Promise<Finding[]> {
  const findings: Finding[] = [];
  const lines = (content: Buffer) => content.toString().split('\n');
  for (const [file, { content, origin }] of generated) {
    const actual = await read(join(root, file));
    if (!actual) {
      const problem = `is missing; ${origin} makes it`;
      findings.push({ file, line: 1, problem, remedy: 'npm run lessons:make' });
    } else if (!actual.equals(content)) {
      const line = (firstDifference(lines(content), lines(actual)) ?? 0) + 1;
      const remedy = `make the change in ${origin}, then: npm run lessons:make`;
      findings.push({ file, line, problem: `is not what ${origin} makes of it`, remedy });
    }
  }
  const remedy = 'delete it, or move it into the solution and: npm run lessons:make';
  for (const path of await listFiles(join(root, 'steps'))) {
    const file = `steps/${path}`;
    if (!generated.has(file))
      findings.push({ file, line: 1, problem: 'a file that no solution makes', remedy });
  }
  return findings;
}
