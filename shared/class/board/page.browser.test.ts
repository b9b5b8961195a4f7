import { readFile } from 'node:fs/promises';
import type { BrowserContextOptions } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { serve } from '../../inbox/serve.ts';
import { browserForTests } from '../../stack/test-open-browser.ts';
import { startReceiver, WORD, WORK } from './test-support/receiver.ts';

const CONTRAST_SCRIPT = new URL('../../inbox/test-support/contrast.js', import.meta.url);
const MINUTE = 60_000;

const browser = browserForTests();

/** A board with so many learners, one of each state and the rest at work, and its page. */
async function openBoard(learners: number, options: BrowserContextOptions, word = WORD) {
  const board = await startReceiver();
  const tell = async (nickname: string, change: Partial<typeof WORK>) => {
    board.clock.now += 1_000;
    await board.post('/report', { ...WORK, ...change }, await board.join(nickname));
  };
  await tell('Ada', {});
  await tell('小美', { solved: true });
  await board.join('Grace');
  board.clock.now += 10 * MINUTE + 2_000;
  for (let index = 3; index < learners; index += 1)
    await tell(index % 5 ? `learner ${index}` : `a very long nickname ${index}`, { hints: index });
  const context = await browser().newContext(options);
  context.setDefaultTimeout(120_000);
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on('pageerror', (error) => complaints.push(error.message));
  await page.goto(`${board.url}/#${word}`);
  return {
    ...{ board, page, complaints },
    tiles: async () => (await page.locator('li').allInnerTexts()).map((it) => it.split(/\n+/)),
    [Symbol.asyncDispose]: async () => {
      await context.close();
      await board[Symbol.asyncDispose]();
    },
  };
}

describe('The page of the board', () => {
  it('names first who is stuck, and follows the class', async () => {
    await using opened = await openBoard(4, { locale: 'en-US' });
    const { page, board } = opened;
    await page.getByText('4 learners · 1 stuck').waitFor();
    const tiles = await opened.tiles();

    await board.post('/join', { word: WORD, nickname: 'Late' });
    await page.getByText('5 learners · 1 stuck').waitFor();

    expect(tiles).toEqual([
      ['Ada', 'step 3 · task 4', '5/17', 'stuck · 10 min', 'hints 1'],
      ['learner 3', 'step 3 · task 4', '5/17', 'works · 0 min', 'hints 3'],
      ['Grace', 'joined · 10 min'],
      ['小美', 'step 3 · task 4', '5/17', 'solved · 10 min', 'hints 1'],
    ]);
    expect(opened.complaints).toEqual([]);
  });

  it('speaks Chinese to a browser that does', async () => {
    await using opened = await openBoard(3, { locale: 'zh-TW' });
    await opened.page.getByText('3 位學員 · 1 卡住了').waitFor();

    expect((await opened.tiles())[0]).toEqual([
      'Ada',
      '第 3 步 · 任務 4',
      '5/17',
      '卡住了 · 10 分',
      '提示 1',
    ]);
  });

  it('is a page of the inbox too, which leads there and asks for no word', async () => {
    await using opened = await openBoard(4, { locale: 'en-US' });
    await using inbox = await serve(0, { board: opened.board.inside });
    const { page } = opened;
    const address = `http://127.0.0.1:${inbox.port}`;

    await page.goto(address);
    await page.getByRole('link', { name: 'Class board' }).click();
    await page.getByText('4 learners · 1 stuck').waitFor();
    const changes = ['DELETE', 'POST'].map((method) =>
      fetch(`${address}/class/learners/Ada`, { method }),
    );
    const answers = (await Promise.all(changes)).map(({ status }) => status);
    const still = await (await fetch(`${address}/class/learners`)).json();

    expect(page.url()).toBe(`${address}/class/`);
    expect(await opened.tiles()).toHaveLength(4);
    expect([answers, still]).toEqual([[404, 404], expect.objectContaining({ length: 4 })]);
    expect(opened.complaints).toEqual([]);
  });

  it('says so in the inbox, too, when its server is gone', async () => {
    await using opened = await openBoard(3, { locale: 'en-US' });
    await using inbox = await serve(0, { board: opened.board.inside });
    const { page } = opened;
    await page.goto(`http://127.0.0.1:${inbox.port}/class`);
    await page.getByText('3 learners').waitFor();

    await opened.board[Symbol.asyncDispose]();

    await page.getByText('The board does not answer. What you see is from').waitFor();
    expect(await opened.tiles()).toHaveLength(3);
  });

  it.each([
    ['without the word', '', 'Open the address that npm run class board printed'],
    ['with another word', 'wrong', 'The word behind the # is not the one of this board.'],
  ])('%s shows nobody, and says why', async (_, word, text) => {
    await using opened = await openBoard(3, { locale: 'en-US' }, word);
    await opened.page.getByText(text).waitFor();

    expect(await opened.tiles()).toEqual([]);
  });

  it.each([
    [30, 1920, 1080, 30],
    [100, 1920, 1080, 20],
    [30, 390, 844, 18],
  ])(
    'shows %i learners on %i × %i pixels, with names of %i pixels, and cuts nothing but long names',
    async (learners, width, height, size) => {
      await using opened = await openBoard(learners, { viewport: { width, height } });
      const { page } = opened;
      await page
        .locator('li')
        .nth(learners - 1)
        .waitFor();

      const seen = await page.evaluate<{
        width: number;
        bottom: number;
        name: number;
        cut: number;
      }>(`({
      width: document.documentElement.scrollWidth,
      bottom: document.querySelector('ol').getBoundingClientRect().bottom,
      name: parseFloat(getComputedStyle(document.querySelector('.name')).fontSize),
      cut: [...document.querySelectorAll('.tile, .line')].filter((it) => it.scrollHeight > it.clientHeight || it.scrollWidth > it.clientWidth).length,
    })`);

      expect(seen.width).toBe(width);
      expect(seen.name).toBeGreaterThan(size);
      expect(seen.cut).toBe(0);
      // A telephone is scrolled; a projector is not.
      if (width > 1_000) expect(seen.bottom).toBeLessThanOrEqual(height);
    },
  );

  it.each(['light', 'dark'] as const)('can be read in the %s scheme', async (colorScheme) => {
    await using opened = await openBoard(5, { colorScheme });
    await opened.page.locator('li').nth(4).waitFor();

    const script = await readFile(CONTRAST_SCRIPT, 'utf8');
    const contrasts = await opened.page.evaluate<{ text: string; contrast: number }[]>(script);

    expect(contrasts.length).toBeGreaterThan(10);
    expect(contrasts.filter(({ contrast }) => contrast < 4.5)).toEqual([]);
  });
});
