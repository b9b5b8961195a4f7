import { anchorOf } from '../../language.ts';
import type { Finding, Lesson } from '../../lessons/index.ts';
import { allChecks, type Check, type loadDefinition } from '../../verify/index.ts';
import { type Example, examplesOf, missingRecords, readRecorded } from './recorded.ts';
import { block, type Language, plain, type Section, say } from './section.ts';

const KINDS: Record<Check['kind'], [english: string, chinese: string]> = {
  static: ['Looks at files only.', '只看檔案。'],
  local: [
    "Runs the step's own program on this machine, without Docker.",
    '在這台機器上執行這一步的程式，不需要 Docker。',
  ],
  tool: [
    'Gives your files to the program that reads them, or to its own tool, promtool or amtool, in a container of its own.',
    '把你的檔案交給會讀它的程式，或它自己的工具 promtool、amtool，在另外的容器裡執行。',
  ],
  live: ['Asks the running containers.', '詢問執行中的容器。'],
};

/** One section for each check of a step, in the order of the report, and what is missing for them. */
export function stepSections(
  root: string,
  definition: Awaited<ReturnType<typeof loadDefinition>>,
  lessons: Lesson[],
): [Section[], Finding[]] {
  const step = definition.id;
  const { tasks = [] } = lessons.find(({ name }) => name === step) ?? {};
  const checks = allChecks(definition);
  const records = readRecorded(root, step);
  const titles = new Map(checks.map(({ id, title }) => [id, title]));
  const needs = new Map(definition.checks.map((check) => [check.id, check.needs ?? []]));

  const sections = checks.map(({ id, title, kind, task }): Section => {
    const messages = examplesOf(records, id, title);
    return {
      id,
      title,
      body: (language) => {
        const facts = [
          say(language, ...KINDS[kind]),
          ...(task ? [aboutTask(language, step, task, tasks[task - 1]?.sentence ?? '')] : []),
          ...aboutNeeds(language, needs.get(id) ?? [], titles),
        ];
        return [facts.join(say(language, ' ', '')), ...examples(language, messages)].join('\n\n');
      },
    };
  });
  return [sections, missingRecords(records, titles)];
}

function aboutTask(language: Language, step: string, task: number, sentence: string): string {
  const lesson = say(
    language,
    `../../steps/${step}/README.md`,
    `../../../steps/${step}/README.zh-TW.md`,
  );
  return say(
    language,
    `Judges task ${task} of [the lesson](${lesson}): *${plain(sentence)}*.`,
    `驗證[教材](${lesson})的任務 ${task}：*${plain(sentence)}*。`,
  );
}

function aboutNeeds(language: Language, needs: string[], titles: Map<string, string>): string[] {
  if (needs.length === 0) return [];
  const links = needs.map((id) => `[${plain(titles.get(id) ?? id)}](#${anchorOf(id)})`);
  return [
    say(
      language,
      `Not run until these pass: ${links.join(', ')}.`,
      `這些通過之後才會執行：${links.join('、')}。`,
    ),
  ];
}

/** In English with the reason of the mistake; in both languages with the message to the letter. */
function examples(language: Language, messages: Example[]): string[] {
  if (language === 'en') return messages.flatMap(({ why, text }) => [plain(why), block(text)]);
  const texts = [...new Set(messages.map(({ text }) => text))];
  return texts.length > 0 ? ['會看到的訊息，例如：', ...texts.map(block)] : [];
}
