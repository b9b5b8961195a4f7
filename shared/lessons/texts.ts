import { LANGUAGES } from '../language.ts';
import { LESSON_TEXTS } from './files.ts';
import type { Finding } from './finding.ts';
import { checkHints, HINTS } from './hints.ts';
import { type Lesson, onOneLine } from './solution.ts';

/** What one lesson says to the learner: its texts are there, it has a task, and each task has its hint. */
export function checkTexts({ name, tasks, starter }: Lesson): Finding[] {
  const folder = `solutions/${name}`;
  const findings = LESSON_TEXTS.filter((text) => !starter.has(text)).map((text) => ({
    file: `${folder}/${text}`,
    line: 1,
    problem: 'this text of the lesson is missing',
    remedy: 'write it',
  }));
  if (tasks.length === 0)
    findings.push({
      file: folder,
      line: 1,
      problem: 'a solution without a task',
      remedy: 'mark what the learner does: #region task: … and #endregion',
    });
  const lessonText = onOneLine(starter.get('README.md')?.content);
  for (const { sentence, file, line } of tasks) {
    if (!starter.has('README.md') || lessonText.includes(sentence)) continue;
    const remedy = `write its sentence in ${folder}/README.md`;
    findings.push({ file, line, problem: 'a task that the lesson does not name', remedy });
  }
  const hints = LANGUAGES.flatMap((language) => {
    const text = starter.get(HINTS[language])?.content.toString();
    // Without any such file the missing one is the one thing to report.
    return text ? checkHints(`${folder}/${HINTS[language]}`, text, tasks, language) : [];
  });
  return [...findings, ...hints];
}

/** A task is known by its sentence, so no two may have the same. */
export function repeatedTasks(lessons: Lesson[]): Finding[] {
  const places = new Map<string, string>();
  return lessons
    .flatMap(({ tasks }) => tasks)
    .flatMap(({ sentence, file, line }) => {
      const first = places.get(sentence);
      places.set(sentence, first ?? `${file}:${line}`);
      if (first === undefined) return [];
      return { file, line, problem: `the same task as ${first}`, remedy: 'say it in other words' };
    });
}
