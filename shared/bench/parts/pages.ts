import { extname } from 'node:path';
import { gzipSync } from 'node:zlib';
import { PAGES, serveSite } from '../../docs/index.ts';
import { ROOT } from '../../root.ts';
import { openBrowser } from '../../stack/index.ts';
import { atMost, figure, goal, type Part, type Text, text } from '../figures.ts';

/** How often the first page is opened on each built site. */
const VISITS = 5;

const LESSONS = PAGES.filter(({ address }) => /^steps\/(?!.*-hints)/.test(address)).map(
  ({ address }) => address.replace(/\.md$/, '.html'),
);

const PICTURES = ['.png', '.svg', '.jpg', '.webp', '.ico'];

/** kB that a browser without a cache loads for a page, compressed as servers send it, pictures aside: also drawings in it. */
async function fetchSize(url: string): Promise<number> {
  const page = await (await fetch(url)).text();
  const named = [...page.matchAll(/(?:src|href)="([^"#]+)"/g)].map(([, path = '']) => path);
  const assets = named.filter((path) => /^(?!\w+:)/.test(path) && !/\.html$|\/$/.test(path));
  const urls = [...new Set(assets.map((path) => new URL(path, url).href))];
  const loaded = urls.filter((it) => !PICTURES.includes(extname(new URL(it).pathname)));
  const bodies = loaded.map(async (it) => Buffer.from(await (await fetch(it)).arrayBuffer()));
  const text = page.replaceAll(/<svg.*?<\/svg>/gs, '');
  const compressed = [Buffer.from(text), ...(await Promise.all(bodies))].map(
    // Fonts are compressed already.
    (body) => Math.min(body.length, gzipSync(body).length),
  );
  return compressed.reduce((sum, bytes) => sum + bytes, 0) / 1_000;
}

/** Milliseconds until a browser without a cache has loaded the page. @returns why not, where there is no browser */
async function visit(url: string): Promise<number[] | Text> {
  const opened = await openBrowser();
  if ('reason' in opened)
    return text(
      `The first page was not opened: ${opened.reason}`,
      `沒有開啟首頁：${opened.reason}`,
    );
  const taken: number[] = [];
  try {
    for (let run = 0; run < VISITS; run++) {
      const context = await opened.browser.newContext();
      const page = await context.newPage();
      const start = performance.now();
      await page.goto(url, { waitUntil: 'load' });
      taken.push(performance.now() - start);
      await context.close();
    }
  } finally {
    await opened.browser.close();
  }
  return taken;
}

export const pages: Part = {
  title: text('The pages', '網頁'),
  about: text(
    "The site: how long it takes to build, until a browser without a cache has loaded its first page from this machine, and how much each lesson's page makes it load, compressed with gzip, without pictures: the text, the site's program, its styles and fonts.",
    '網站：建置要多久；沒有快取的瀏覽器從這台機器載入首頁要多久；以及每一課的頁面要載入多少，經 gzip 壓縮，不含圖片：文字、網站的程式、樣式和字型。',
  ),
  runs: 3,
  memory: 2,
  containers: false,
  async measure({ runs, say }) {
    const [built, opened, notes]: [number[], number[], Text[]] = [[], [], []];
    let sizes: number[] = [];
    for (let run = 0; run < runs; run++) {
      const start = performance.now();
      await using site = await serveSite(ROOT);
      built.push((performance.now() - start) / 1_000);
      const taken = await visit(`${site.url}/`);
      if (Array.isArray(taken)) opened.push(...taken);
      else if (notes.length === 0) notes.push(taken);
      sizes = await Promise.all(LESSONS.map((address) => fetchSize(`${site.url}/${address}`)));
      say(`pages: built in ${built.at(-1)?.toFixed(1)} s`);
    }
    return {
      series: [
        figure(['build', '建置'], 's', built),
        figure(['first page', '首頁'], 'ms', opened),
        figure(['each lesson', '每一課'], 'kB', sizes),
      ],
      notes,
    };
  },
  goals: [
    goal(
      ['every lesson ≤ 150 kB without pictures', '每一課不含圖片 ≤ 150 kB'],
      atMost(/^each lesson$/, 'max', 150),
    ),
  ],
};
