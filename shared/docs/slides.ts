import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, posix } from 'node:path';
import type { Language } from '../language.ts';
import type { Finding } from '../lessons/index.ts';
import { STEPS, stepNumber } from '../verify/runner/index.ts';

const HOMES: Record<Language, string> = {
  en: 'docs/instructor',
  'zh-TW': 'docs/zh-TW/instructor',
};

const TOPS: Record<Language, string> = {
  en: `# Slides

<!-- generated: npm run docs:make -->

One for each step: its goal, its picture, and a question to end with. \`npm run docs\` shows them at the address that it prints: each is as
high as the window, so that the browser's full screen shows one at a time; printed, each is a page. More to ask is in [Step by step](steps.md).`,
  'zh-TW': `# 投影片

<!-- generated: npm run docs:make -->

每個步驟一張：目標、圖，和一個結束時的問題。用 \`npm run docs\` 在它印出的位址觀看：每張和視窗一樣高，所以瀏覽器全螢幕時一次看到一張；列印時一張一頁。更多問題在
[逐步教學](steps.md)。`,
};

/** The slides in both languages, made from the lessons and from what instructors ask. */
export function buildSlides(root: string): { pages: [string, string][]; findings: Finding[] } {
  const findings: Finding[] = [];
  const pages = (Object.keys(HOMES) as Language[]).map((language): [string, string] => {
    const home = HOMES[language];
    const asked = read(root, `${home}/steps.md`).split(/^## /m);
    const slides = STEPS.flatMap((id) => {
      const lesson = `solutions/${id}/README${language === 'en' ? '' : '.zh-TW'}.md`;
      // A step without its page yet is named by the checks of the pages.
      if (!existsSync(join(root, lesson))) return [];
      const part = asked.find((text) => text.includes(`shared/checks/${id}/answers\``)) ?? '';
      const [, question] = part.match(/^- \*([^*]+)\*/m) ?? [];
      if (!question) {
        const problem = `step ${stepNumber(id)} has no question`;
        const remedy = 'write one: - *Question?* Answer';
        findings.push({ file: `${home}/steps.md`, line: 1, problem, remedy });
      }
      return slide(read(root, lesson), dirname(lesson), home, question ?? '');
    });
    return [`${home}/slides.md`, `${[TOPS[language], ...slides].join('\n\n')}\n`];
  });
  return { pages, findings };
}

/** The title of a lesson and its goal, with what stands below that up to its picture. */
function slide(lesson: string, from: string, home: string, question: string): string {
  const [, title = ''] = lesson.match(/^# (.*)$/m) ?? [];
  const [, goal = ''] = lesson.match(/^## .*\n\n([\s\S]*?!\[[^\]]*\]\([^)]*\))/m) ?? [];
  const moved = goal.replaceAll(/\]\((?!\w+:)([^)]+)\)/g, (_, target: string) => {
    return `](${posix.relative(home, posix.join(from, target))})`;
  });
  return `<div class="slide">\n\n## ${title}\n\n${moved}\n\n**${question}**\n\n</div>`;
}

const read = (root: string, file: string): string =>
  existsSync(join(root, file)) ? readFileSync(join(root, file), 'utf8') : '';
