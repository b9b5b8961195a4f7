import { mkdirSync, readdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Learners } from './receiver/learners.ts';
import { startReceiver, WORD, WORK } from './test-support/receiver.ts';

const MINUTE = 60_000;

describe('The class board', () => {
  it('shows who is where, from the moment of joining to the one of leaving', async () => {
    await using board = await startReceiver();
    const token = await board.join('Ada');
    const joined = await board.shown();

    const told = await board.post('/report', WORK, token);
    board.clock.now += 3 * MINUTE;
    const working = await board.shown();
    await board.post('/leave', '', token);

    expect(joined).toEqual([{ nickname: 'Ada', state: 'joined', hints: 0, minutes: 0 }]);
    expect(told.status).toBe(204);
    expect(working).toEqual([
      {
        nickname: 'Ada',
        state: 'works',
        step: 3,
        task: 4,
        passed: 5,
        checks: 17,
        hints: 1,
        minutes: 3,
      },
    ]);
    expect(await board.shown()).toEqual([]);
    expect((await board.post('/report', WORK, token)).status).toBe(401);
  });

  it.each([
    ['more checks than ever pass', { passed: 6 }, 'works'],
    ['another step is begun', { step: 4, passed: 0 }, 'works'],
    ['as many pass as before', {}, 'stuck'],
    ['fewer pass', { passed: 2 }, 'stuck'],
    ['a hint is read', { hints: 2 }, 'stuck'],
    ['the step is solved', { passed: 17, solved: true }, 'solved'],
  ])('after ten minutes, when %s, it says so', async (_, change, state) => {
    await using board = await startReceiver();
    const token = await board.join('Ada');
    await board.post('/report', WORK, token);
    board.clock.now += 10 * MINUTE + 1;

    await board.post('/report', { ...WORK, ...change }, token);

    expect(await board.shown()).toMatchObject([{ state }]);
  });

  it.each([
    ['who comes back from lunch', WORK, 40],
    ['who breaks what was solved', { ...WORK, passed: 17, solved: true }, 12],
  ])('gives %s ten minutes anew', async (_, before, minutes) => {
    await using board = await startReceiver();
    const token = await board.join('Ada');
    await board.post('/report', before, token);
    board.clock.now += minutes * MINUTE;

    await board.post('/report', { ...before, passed: 4, solved: false }, token);
    const back = await board.shown();
    board.clock.now += 10 * MINUTE + 1;

    expect(back).toMatchObject([{ state: 'works', minutes: 0 }]);
    expect(await board.shown()).toMatchObject([{ state: 'stuck' }]);
  });

  it('calls nobody stuck who has not been heard of for an hour', async () => {
    await using board = await startReceiver();
    await board.post('/report', WORK, await board.join('Ada'));

    board.clock.now += 60 * MINUTE;

    expect(await board.shown()).toMatchObject([{ state: 'away' }]);
  });

  it('keeps everything that it acknowledged over a restart, and no token', async () => {
    await using board = await startReceiver();
    const token = await board.join('Ada');
    await board.post('/report', WORK, token);

    const after = new Learners(board.file);

    expect(after.all).toEqual(board.learners.all);
    expect(after.find(token)?.nickname).toBe('Ada');
    expect(readFileSync(board.file, 'utf8')).not.toContain(token);
  });

  it('gives nobody a nickname while nothing can be saved, and gives it afterwards', async () => {
    await using board = await startReceiver();
    const inTheWay = `${board.file}.new`;
    mkdirSync(inTheWay);

    const refused = await board.post('/join', { word: WORD, nickname: 'Ada' });
    rmdirSync(inTheWay);

    expect(refused).toEqual({ status: 500, body: { error: 'not-saved' } });
    expect(await board.shown()).toEqual([]);
    expect(await board.join('Ada')).toEqual(expect.any(String));
  });

  it('puts a broken file aside, and begins anew', async () => {
    await using board = await startReceiver();
    writeFileSync(board.file, '[{"nickname":');

    const after = new Learners(board.file);

    expect(after.all).toEqual([]);
    expect(readdirSync(dirname(board.file)).join()).toMatch(/learners\.json\.broken-\d+/);
  });
});

describe('A stranger', () => {
  it.each<unknown>([undefined, '', WORD.slice(1), `${WORD}x`, 7, { length: 8 }, { toString: 1 }])(
    'with the word %j neither joins nor sees anything',
    async (word) => {
      await using board = await startReceiver();
      await board.join('Ada');

      const join = await board.post('/join', { word, nickname: 'Eve' });
      const look = await fetch(`${board.url}/learners`, {
        headers: { authorization: `Bearer ${JSON.stringify(word)}` },
      });

      expect(join).toEqual({ status: 401, body: { error: 'wrong-word' } });
      expect(look.status).toBe(401);
      expect((await fetch(`${board.url}/metrics`)).status).toBe(404);
      expect(board.learners.all).toHaveLength(1);
    },
  );

  it('who tries many words takes no turn from those who know it', async () => {
    await using board = await startReceiver();
    const guesses = Array.from({ length: 60 }, () =>
      board.post('/join', { word: 'guess', nickname: 'Eve' }),
    );
    const statuses = (await Promise.all(guesses)).map(({ status }) => status);

    expect(statuses.filter((status) => status === 429)).toHaveLength(10);
    expect((await board.post('/join', { word: WORD, nickname: 'Ada' })).status).toBe(201);
  });

  it("cannot report in anybody's name", async () => {
    await using board = await startReceiver();
    await board.join('Ada');

    expect((await board.post('/report', WORK, WORD)).status).toBe(401);
    expect((await board.post('/report', WORK)).status).toBe(401);
  });
});

describe('A nickname', () => {
  it.each([
    ['Ada', 'Ada'],
    ['  Ada   Lovelace ', 'Ada Lovelace'],
    ['小美', '小美'],
    ['a\nb', 'a b'],
    ['Ａｄａ', 'Ada'],
    ['Zoë-1.b_c', 'Zoë-1.b_c'],
  ])('%j is %j', async (wanted, nickname) => {
    await using board = await startReceiver();

    expect((await board.post('/join', { word: WORD, nickname: wanted })).body.nickname).toBe(
      nickname,
    );
  });

  it.each([
    ['nothing', undefined],
    ['an empty one', '  '],
    ['a number', 7],
    ['a list', ['Ada']],
    ['25 letters', 'x'.repeat(25)],
    ['a thousand letters', 'x'.repeat(1_000)],
    ['a control character', 'a\u0000b'],
    ['HTML', '<b>Ada</b>'],
    ['a metric', 'a"} 1'],
    ['text from right to left', '\u202eadA'],
    ['a letter that nobody sees', 'A\u3164da'],
    ['an accent that nobody sees', 'Ada\ufe0f'],
    ['a template', '{{ .Labels }}'],
  ])('that is %s is refused', async (_, nickname) => {
    await using board = await startReceiver();

    expect(await board.post('/join', { word: WORD, nickname })).toEqual({
      status: 400,
      body: { error: 'nickname-invalid' },
    });
  });

  it.each(['Ada', 'ADA', 'Ａda'])('of somebody else, %s, is taken', async (nickname) => {
    await using board = await startReceiver();
    await board.join('Ada');

    const { status, body } = await board.post('/join', { word: WORD, nickname });

    expect([status, body.error]).toEqual([409, 'nickname-taken']);
  });

  it('is free when the instructor takes who has it off the board', async () => {
    await using board = await startReceiver();
    const token = await board.join('小 美');
    const remove = async (nickname: string) =>
      (
        await fetch(`${board.inside}/learners/${encodeURIComponent(nickname)}`, {
          method: 'DELETE',
        })
      ).status;

    expect([await remove('Ada'), await remove('/../'), await remove('小 美')]).toEqual([
      ...[404, 404],
      204,
    ]);
    expect(await board.shown()).toEqual([]);
    expect((await board.post('/report', WORK, token)).status).toBe(401);
    expect(await board.join('小 美')).not.toBe(token);
    const outside = await fetch(`${board.url}/learners/Ada`, { method: 'DELETE' });
    expect(outside.status).toBe(404);
  });

  it('can be changed by whom it belongs to, and is free then', async () => {
    await using board = await startReceiver();
    const token = await board.join('Ada');

    const again = await board.post('/join', { word: WORD, nickname: 'Countess' }, token);
    await board.join('Ada');

    expect(again.body.token).toBe(token);
    expect(board.learners.all.map(({ nickname }) => nickname)).toEqual(['Countess', 'Ada']);
  });
});

describe('Whoever sends too much', () => {
  it.each([
    [
      'ten thousand series',
      413,
      JSON.stringify(
        Object.fromEntries(Array.from({ length: 10_000 }, (_, i) => [`series${i}`, i])),
      ),
    ],
    ['half a document', 400, '{"step": 3'],
    ['no object', 400, '[3]'],
    ['one more number', 400, JSON.stringify({ ...WORK, other: 1 })],
    ['a time of their own', 400, JSON.stringify({ ...WORK, at: 1e12 })],
    ['a number too large', 400, JSON.stringify({ ...WORK, hints: 1e9 })],
    ['text for a number', 400, JSON.stringify({ ...WORK, task: 'app/main.ts' })],
  ])('%s, gets %i, and nothing changes', async (_, status, body) => {
    await using board = await startReceiver();
    const token = await board.join('Ada');

    expect((await board.post('/report', body, token)).status).toBe(status);
    expect(await board.shown()).toMatchObject([{ state: 'joined' }]);
  });

  it('is told to wait after five reports in a second; others are not', async () => {
    await using board = await startReceiver();
    const [one, other] = [await board.join('one'), await board.join('other')];
    const many = Array.from({ length: 20 }, () => board.post('/report', WORK, one));

    const statuses = (await Promise.all(many)).map(({ status }) => status).sort();
    const others = await board.post('/report', WORK, other);
    board.clock.now += 1_000;

    expect(statuses).toEqual([...Array(5).fill(204), ...Array(15).fill(429)]);
    expect(others.status).toBe(204);
    expect((await board.post('/report', WORK, one)).status).toBe(204);
  });

  it('and knows the word cannot invent more than 200 learners', async () => {
    await using board = await startReceiver();
    const statuses = new Set<number>();
    for (let index = 0; index < 210; index += 1) {
      board.clock.now += 50;
      statuses.add((await board.post('/join', { word: WORD, nickname: `n${index}` })).status);
    }

    const metrics = await board.metrics();

    expect([...statuses]).toEqual([201, 409]);
    expect(metrics).toContain('class_learners 200');
    expect(metrics.match(/learner="/g)).toHaveLength(200 * 2);
  });

  it('and takes one nickname after another has twenty of them, and others go on', async () => {
    await using board = await startReceiver();
    const [other, token] = [await board.join('other'), await board.join('n0')];
    const statuses = [];
    for (let index = 1; index <= 30; index += 1) {
      const body = { word: WORD, nickname: `n${index}` };
      statuses.push((await board.post('/join', body, token)).status);
    }

    expect(statuses).toEqual([...Array(20).fill(201), ...Array(10).fill(409)]);
    expect((await board.post('/join', { word: WORD, nickname: 'Ada' }, other)).status).toBe(201);
  });

  it('and comes back under a thousand names makes no more series, and who is there goes on', async () => {
    await using board = await startReceiver();
    const other = await board.join('other');
    for (let index = 1; index < 1_000; index += 1) {
      const joined = board.learners.join(`n${index}`);
      if (typeof joined === 'string') throw new Error(joined);
      const learner = board.learners.find(joined.token);
      if (learner) board.learners.leave(learner);
    }

    const after = new Learners(board.file);

    expect(after.join('new')).toBe('board-full');
    expect(after.join('n1')).toMatchObject({ token: expect.any(String) });
    expect((await board.post('/report', WORK, other)).status).toBe(204);
  });

  it('of anything at all leaves a board that works, with series that are bounded', async () => {
    await using board = await startReceiver();
    const token = await board.join('Ada');
    const body = fc.oneof(
      fc.string({ maxLength: 6_000 }),
      fc.json(),
      fc
        .record({ ...Object.fromEntries(Object.keys(WORK).map((key) => [key, fc.anything()])) })
        .map((it) => JSON.stringify(it) ?? ''),
      fc
        .record({ word: fc.constant(WORD), nickname: fc.anything() })
        .map((it) => JSON.stringify(it)),
    );
    const request = fc.record({
      body,
      path: fc.constantFrom('/report', '/join', '/leaves', '/learners'),
      mine: fc.boolean(),
    });

    await fc.assert(
      fc.asyncProperty(request, async ({ body, path, mine }) => {
        board.clock.now += 300;
        const { status } = await board.post(path, body, mine ? token : undefined);
        expect([201, 204, 400, 401, 404, 409, 413]).toContain(status);
      }),
      { numRuns: 300 },
    );

    board.clock.now += 1_000;
    expect((await board.post('/report', WORK, token)).status).toBe(204);
    const labels = [...(await board.metrics()).matchAll(/learner="([^"]*)"/g)].map(([, it]) => it);
    expect(labels.length).toBeGreaterThan(0);
    expect(labels.filter((it) => !/^[\p{L}\p{M}\p{N} ._-]{1,24}$/u.test(it ?? ''))).toEqual([]);
  }, 60_000);
});
