import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { stamp } from '../docs/index.ts';
import { LANGUAGES, type Language } from '../language.ts';
import {
  type Figures,
  isCounted,
  type Part,
  type Report,
  type Series,
  type Text,
  text,
  type Unit,
} from './figures.ts';
import { whyNotQuiet } from './machine.ts';
import { draw } from './picture.ts';
import { cells } from './table.ts';

/** What was measured last, part by part, with every single run. */
const DATA = 'docs/figures.json';
const ENGLISH = 'docs/figures.md';

/** Where the page of a language is, and how it names the file of a picture. */
const PLACES: Record<Language, { page: string; pictures: string; suffix: string }> = {
  en: { page: ENGLISH, pictures: 'pictures', suffix: '' },
  'zh-TW': { page: 'docs/zh-TW/figures.md', pictures: '../pictures', suffix: '.zh-TW' },
};

const WORDS = {
  title: text('Figures anyone can repeat', '任何人都能重做的數字'),
  intro: text(
    'What this workshop says about time, measured by one command. It writes this page and its pictures from [every single run](figures.json); nothing here is typed by hand, a test compares. On another machine the numbers are others: run it yourself, on a machine that does nothing else.',
    '這個工作坊提到的時間，都由一個指令量出來。它用[每一次的結果](../figures.json)寫出這一頁和圖片；這裡沒有手寫的數字，有測試比對。換一台機器數字就不同：請在一台沒有其他工作的機器上自己執行。',
  ),
  after: text(
    'One part only: its name behind the command, as `npm run bench -- alert`. With `--write`, this page shows what was measured. Percentiles are by nearest rank: each number below is one of the runs.',
    '只量一部分：在指令後面加上它的名字，例如 `npm run bench -- alert`。加上 `--write`，這一頁就會換成量到的結果。百分位數用最近排名法：下面每個數字都是其中一次的結果。',
  ),
  goals: text('The goals', '目標'),
  goalRow: text('| part | goal | measured | held? |', '| 部分 | 目標 | 量到的 | 達成？ |'),
  held: text('held', '達成'),
  notHeld: text('**not held**', '**未達成**'),
  unknown: text('not measured yet', '還沒有量'),
  row: text(
    '| figure | runs | min | median | p95 | max |',
    '| 量的是 | 次數 | 最小 | 中位數 | p95 | 最大 |',
  ),
  picture: text('Each run of the table below as a point.', '下表的每一次，各畫成一點。'),
};

/** What is in the repository now. */
export const readFigures = (root: string): Figures =>
  JSON.parse(readFileSync(join(root, DATA), 'utf8'));

/** Every file that follows from the figures, and its content. */
export function renderFigures(figures: Figures, parts: Record<string, Part>): Map<string, string> {
  // The values of a figure in one line.
  const data = JSON.stringify(figures, undefined, 1).replaceAll(/(?<=\d,)\s+(?=[\d-])/g, ' ');
  const files = new Map([[DATA, `${data}\n`]]);
  for (const language of LANGUAGES) {
    const { page, suffix } = PLACES[language];
    const sections: string[] = [];
    for (const [name, part] of Object.entries(parts)) {
      const report = figures[name];
      const about = [`## ${part.title[language]}`, part.about[language]];
      if (!report) {
        sections.push(...about, WORDS.unknown[language]);
        continue;
      }
      sections.push(...about, ...measurements(name, report, language));
      for (const [unit, series] of drawn(report))
        files.set(
          `docs/pictures/${pictureOf(name, unit)}${suffix}.svg`,
          draw(pictureOf(name, unit), unit, series, language),
        );
    }
    const content = [
      `# ${WORDS.title[language]}`,
      WORDS.intro[language],
      '```sh no-run: it measures for an hour\nnpm run bench -- --write\n```',
      WORDS.after[language],
      `## ${WORDS.goals[language]}`,
      goals(figures, parts, language),
      ...sections,
    ].join('\n\n');
    const isEnglish = page === ENGLISH;
    const first = isEnglish ? '' : `${stamp(ENGLISH, files.get(ENGLISH) ?? '')}\n\n`;
    files.set(page, `${first}${content}\n`);
  }
  return files;
}

/** Puts what was measured now in place of what was measured before, and writes the pages. @returns their paths */
export function writeFigures(
  root: string,
  measured: Figures,
  parts: Record<string, Part>,
): string[] {
  const known = { ...readFigures(root), ...measured };
  // In the order of the parts, whatever was measured last.
  const ordered = Object.keys(parts).flatMap((name) =>
    known[name] ? [[name, known[name]] as const] : [],
  );
  const files = renderFigures(Object.fromEntries(ordered), parts);
  for (const [path, content] of files) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), content);
  }
  return [...files.keys()];
}

const unitNames: Partial<Record<Unit, string>> = { '%': 'percent', '×': 'ratio', µs: 'us' };
const pictureOf = (name: string, unit: Unit): string =>
  `figures-${name}-${unitNames[unit] ?? unit}`.toLowerCase();

/** The figures with something to see, by their units. */
function drawn({ series }: Report): Map<Unit, Series[]> {
  const byUnit = new Map<Unit, Series[]>();
  for (const one of series)
    if (one.values.length > 0 && !isCounted(one.unit))
      byUnit.set(one.unit, [...(byUnit.get(one.unit) ?? []), one]);
  return byUnit;
}

function goals(figures: Figures, parts: Record<string, Part>, language: Language): string {
  const rows = Object.entries(parts).flatMap(([name, part]) =>
    part.goals.map((goal) => {
      const found = figures[name] && goal.look(figures[name].series);
      const said = found ? (found.held ? WORDS.held : WORDS.notHeld) : WORDS.unknown;
      const why = found && !found.held && goal.whyNot ? `: ${goal.whyNot[language]}` : '';
      return `| ${name} | ${goal.text[language]} | ${found?.seen ?? '–'}${found?.worst ? ` (${found.worst[language]})` : ''} | ${said[language]}${why} |`;
    }),
  );
  return [WORDS.goalRow[language], '| --- | --- | --- | --- |', ...rows].join('\n');
}

function measurements(name: string, report: Report, language: Language): string[] {
  const { pictures, suffix } = PLACES[language];
  const images = [...drawn(report).keys()].map(
    (unit) => `![${WORDS.picture[language]}](${pictures}/${pictureOf(name, unit)}${suffix}.svg)`,
  );
  const rows = report.series
    .filter(({ values }) => values.length > 0)
    .map((one) => `| ${one.name[language]} | ${cells(one).join(' | ')} |`);
  return [
    ...images,
    [WORDS.row[language], '| --- | --- | --- | --- | --- | --- |', ...rows].join('\n'),
    ...report.notes.map((note) => note[language]),
    measuredOn(name, report)[language],
  ];
}

function measuredOn(name: string, { date, machine }: Report): Text {
  const { processor, cores, memory, system, versions, load } = machine;
  const what = `\`${processor}, ${cores} cores, ${memory.toFixed(0)} GB, ${system}\`; \`${Object.entries(
    versions,
  )
    .map(([program, version]) => `${program} ${version}`)
    .join(', ')}\``;
  const noise = whyNotQuiet(machine);
  return text(
    `Measured on ${date} with \`npm run bench -- ${name}\`: ${what}; load average before it ${load.toFixed(2)}.${noise ? ` **The machine was not quiet:** ${noise}.` : ''}`,
    `${date} 以 \`npm run bench -- ${name}\` 量得：${what}；之前的 load average 是 ${load.toFixed(2)}。${noise ? `**當時機器並不閒：**${(100 * machine.busy).toFixed(0)} % 的核心在忙。` : ''}`,
  );
}
