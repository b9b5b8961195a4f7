import { build } from './build.ts';
import { findDrift } from './drift.ts';
import type { Finding } from './finding.ts';
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
