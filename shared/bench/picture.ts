import type { Language } from '../language.ts';
import { type Series, statistics, type Unit } from './figures.ts';

const [WIDTH, LEFT, RIGHT, TOP, ROW] = [760, 340, 28, 56, 30];

/** Every colour once for a light and once for a dark page, as in the drawings made by hand. */
const STYLE = `
    text { font-family: system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", sans-serif; font-size: 14px; fill: #17212b }
    .title { font-size: 16px; font-weight: 650 }
    .quiet { fill: #4c5a68 }
    .middle { text-anchor: middle }
    .end { text-anchor: end }
    .page { fill: #ffffff }
    .axis { fill: none; stroke: #5b6978; stroke-width: 1 }
    .bounds { fill: #dfeefa; stroke: #0072b2 }
    .run { fill: #0072b2; fill-opacity: 0.55 }
    .median { fill: none; stroke: #c04d00; stroke-width: 3 }
    @media (prefers-color-scheme: dark) {
      text { fill: #eef3f8 }
      .quiet { fill: #b3c0cd }
      .page { fill: #0f161e }
      .axis { stroke: #a0aebc }
      .bounds { fill: #12304a; stroke: #56b4e9 }
      .run { fill: #56b4e9 }
      .median { stroke: #ff9a52 }
    }
  `;

const TITLES: Record<Language, (unit: Unit) => string> = {
  en: (unit) => `Each point is a run, the stroke their median, in ${unit}`,
  'zh-TW': (unit) => `每一點是一次，短線是中位數，單位是 ${unit}`,
};

/** A row for each figure of one unit, a point for each run; bounds shaded. The same figures give the same bytes. */
export function draw(id: string, unit: Unit, series: Series[], language: Language): string {
  const top = Math.max(...series.flatMap(({ values, bounds }) => [...values, bounds?.most ?? 0]));
  const end = niceAbove(top);
  const at = (value: number) => (LEFT + (value / end) * (WIDTH - LEFT - RIGHT)).toFixed(1);
  const height = TOP + series.length * ROW + 40;
  const title = TITLES[language](unit);
  const bottom = TOP + series.length * ROW + 6;
  const ticks = [0, end / 4, end / 2, (3 * end) / 4, end];
  const rows = series.flatMap(({ name, values, bounds }, index) => {
    const y = TOP + index * ROW + ROW / 2;
    const median = at(statistics(values).median);
    const band =
      bounds &&
      `<rect class="bounds" x="${at(bounds.least)}" y="${y - 11}" width="${(Number(at(bounds.most)) - Number(at(bounds.least))).toFixed(1)}" height="22" rx="4" />`;
    return [
      `<text class="end" x="${LEFT - 12}" y="${y + 5}">${escaped(name[language])}</text>`,
      ...(band ? [band] : []),
      ...values.map((value) => `<circle class="run" cx="${at(value)}" cy="${y}" r="4" />`),
      `<path class="median" d="M${median} ${y - 10}v20" />`,
    ];
  });
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" id="${id}" viewBox="0 0 ${WIDTH} ${height}" role="img" aria-labelledby="${id}-title">`,
    `  <title id="${id}-title">${title}</title>`,
    `  <style>${STYLE}</style>`,
    `  <rect class="page" width="${WIDTH}" height="${height}" rx="16" />`,
    `  <text class="title" x="20" y="32">${title}</text>`,
    ...rows.map((line) => `  ${line}`),
    `  <path class="axis" d="M${LEFT} ${bottom}H${WIDTH - RIGHT}" />`,
    ...ticks.map(
      (tick) =>
        `  <text class="quiet middle" x="${at(tick)}" y="${bottom + 20}">${Number(tick.toPrecision(3))}</text>`,
    ),
    '</svg>',
    '',
  ].join('\n');
}

/** The next 1, 2, 4 or 8 times a power of ten, which a quarter divides well. */
function niceAbove(value: number): number {
  const power = 10 ** Math.floor(Math.log10(value || 1));
  return power * ([1, 1.2, 1.6, 2, 3, 4, 6, 8, 10].find((it) => it * power >= value) ?? 10);
}

const escaped = (words: string): string =>
  words.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
