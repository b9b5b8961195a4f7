import { once } from 'node:events';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { timesLonger } from '../../busy.ts';
import { type Clone, clone } from '../../learner/test-clone.ts';
import { ROOT } from '../../root.ts';
import { waitFor } from '../../stack/index.ts';
import { startReceiver, WORD } from './test-support/receiver.ts';

const TOKEN = 'Zm9vYmFyYmF6cXV4Zm9vYmFyYmF6cXV4';

/** Takes whatever is sent, byte for byte. Without an answer it is a black hole, as far as the sender sees. */
async function startBlackHole(answer?: string) {
  const received: string[] = [];
  const open = new Set<unknown>();
  const server = createServer((socket) => {
    open.add(socket);
    socket.on('close', () => open.delete(socket));
    const index = received.push('') - 1;
    socket.on('data', (bytes) => {
      received[index] += bytes.toString('latin1');
      if (answer && received[index]?.endsWith('}')) socket.end(answer);
    });
    socket.on('error', () => {});
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  /** Waits until what has come is enough. @returns it, in alphabetical order */
  const receive = (isEnough: (all: string[]) => boolean) =>
    waitFor({
      ...{ what: 'the reports', withinSeconds: 20, until: isEnough },
      look: async () => received.toSorted(),
    });
  return {
    ...{ host, received, receive, open: () => open.size },
    [Symbol.dispose]: () => void server.close(),
  };
}

/** What is sent, byte for byte. */
const request = (host: string, token: string, body: string) =>
  [
    'POST /report HTTP/1.1',
    `Authorization: Bearer ${token}`,
    'Content-Type: application/json',
    `Content-Length: ${body.length}`,
    'Connection: close',
    `Host: ${host}`,
    '',
    body,
  ].join('\r\n');

let copy: Clone;
beforeAll(async () => {
  copy = await clone();
});
afterAll(() => copy[Symbol.dispose]());

function joined(address: string): void {
  mkdirSync(join(copy.root, '.workshop'), { recursive: true });
  const membership = { address, nickname: 'Ada', token: TOKEN };
  writeFileSync(join(copy.root, '.workshop', 'class.json'), JSON.stringify(membership));
}
const left = () => rmSync(join(copy.root, '.workshop', 'class.json'), { force: true });

/** In a process of its own, as a learner starts it. */
async function judge() {
  const start = performance.now();
  const { exitCode, stdout, stderr } = await copy.start(['verify', '1', '--static']);
  const seconds = (performance.now() - start) / 1_000;
  return { said: [exitCode, `${stdout}`.replaceAll(/\d+\.\d s/g, ''), stderr], seconds };
}
/** The sender gives up after five seconds; a command that waited for it would take that much longer. */
const NO_WAIT = 2.5;

describe('A learner who has joined', () => {
  it('sends these bytes and no others', async () => {
    using hole = await startBlackHole();
    joined(`http://${hole.host}`);

    await copy.run(['verify', '1', '--static']);
    await copy.run(['hint', '1']);

    const received = await hole.receive(
      (seen) => seen.filter((text) => text.endsWith('}')).length === 2,
    );
    expect(received).toEqual(
      ['{"step":1,"hints":0,"task":2,"passed":3,"checks":8,"solved":false}', '{"step":1,"hints":1}']
        .map((body) => request(hole.host, TOKEN, body))
        .toSorted(),
    );
    left();
  });

  it('has told its nickname when it joined, and tells nothing more when it leaves', async () => {
    const body = JSON.stringify({ token: TOKEN, nickname: 'Ada' });
    const head = `HTTP/1.1 201 Created\r\nConnection: close\r\nContent-Length: ${body.length}`;
    using board = await startBlackHole(`${head}\r\n\r\n${body}`);
    left();

    await copy.run(['class', 'join', `http://${board.host}/#${WORD}`, 'Ada']);
    await copy.run(['class', 'leave']);

    const sent = board.received.map((text) => {
      const [top = '', content] = text.split('\r\n\r\n');
      const [line, ...headers] = top.split('\r\n').map((it) => it.toLowerCase());
      // What Node.js itself adds is the same for everybody.
      const own = headers.filter((it) => !/^(host|connection|content-|accept|sec-|user-)/.test(it));
      return [line, own, content];
    });
    const authorization = `authorization: bearer ${TOKEN.toLowerCase()}`;
    expect(sent).toEqual([
      ['post /join http/1.1', [], `{"word":"${WORD}","nickname":"Ada"}`],
      ['post /leave http/1.1', [authorization], '{}'],
    ]);
    expect(board.received.join('')).toMatch(/^user-agent: (node|undici)\r$/im);
  });

  it.each(['docs', 'docs/zh-TW'])('reads them in %s', (docs) => {
    const body = '{"step":3,"hints":2,"task":4,"passed":12,"checks":17,"solved":false}';
    const example = request('192.168.1.20:8090', 'x'.repeat(32), body).replaceAll('\r\n', '\n');

    expect(readFileSync(join(ROOT, docs, 'instructor/board.md'), 'utf8')).toContain(example);
  });

  it('has the same verdict, as soon, whatever becomes of the report', async () => {
    using hole = await startBlackHole();
    left();
    const alone = await judge();
    const boards = {
      'takes it and never answers': hole.host,
      'does not exist': '192.0.2.77:8090',
      'has a name that nobody knows': 'board.invalid:8090',
    };
    for (const [board, host] of Object.entries(boards)) {
      joined(`http://${host}`);

      const { said, seconds } = await judge();

      expect(said, board).toEqual(alone.said);
      expect(seconds, board).toBeLessThan(alone.seconds + NO_WAIT * timesLonger());
    }
    expect(alone.said[0]).toBe(1);
    // The only report that could arrive.
    await hole.receive((seen) => seen.length === 1);
  });

  it('has the prompt back while the board has not answered', async () => {
    using hole = await startBlackHole();
    joined(`http://${hole.host}`);

    await copy.start(['hint', '1', '--again']);

    // The sender may begin after the command has ended, and waits for an answer for five seconds.
    await hole.receive(([report = '']) => report.endsWith('}'));
    expect(hole.open()).toBe(1);
  });

  it('goes on with a file that is broken', async () => {
    writeFileSync(join(copy.root, '.workshop', 'class.json'), '{"address":');

    const { exitCode, stderr } = await copy.run(['verify', '1', '--static']);

    expect([exitCode, stderr]).toEqual([1, '']);
  });
});

describe('Nothing is sent', () => {
  it.each([
    ['by who has left', ['verify', '1', '--static'], true],
    ['of a solution', ['verify', '1', '--static', '--solution'], false],
    ['of another folder', ['verify', '1', '--static', '--dir', 'steps/01-app'], false],
    ['by other commands', ['workshop'], false],
  ])(
    '%s',
    async (_, args, leaves) => {
      using hole = await startBlackHole();
      joined(`http://${hole.host}`);
      if (leaves) left();

      await copy.run(args);
      // Whoever was started before this one has sent by now.
      joined(`http://${hole.host}`);
      await copy.run(['hint', '1', '--again']);
      await hole.receive((seen) => seen.some((text) => text.includes('"hints"')));

      expect(hole.received).toHaveLength(1);
    },
    60_000,
  );
});

describe('Joining', () => {
  it('is told in the words of both languages, and refused in them', async () => {
    await using board = await startReceiver();
    await board.join('Grace');
    const run = (...words: string[]) => copy.run(['class', ...words]);
    const invitation = `${board.url}/#${WORD}`;
    left();

    const chinese = await copy.run(['class', 'join', invitation, '小', '美'], {
      WORKSHOP_LANG: 'zh-TW',
    });
    const renamed = await run('join', invitation, 'Ada');
    const moved = await run('join', invitation.replace('127.0.0.1', 'localhost'), 'Ada');
    const refused = [
      await run('join', invitation, 'grace'),
      await run('join', invitation, 'x'.repeat(1_000)),
      await run('join', invitation, 'x'.repeat(9_000)),
      await run('join', `${board.url}/#wrong`, 'Eve'),
      await run('join', board.url, 'Eve'),
      await run('join', `${board.url}/#%`, 'Eve'),
      await run('join', 'http://127.0.0.1:2/#word', 'Eve'),
      await run('join', `${board.inside}/#word`, 'Eve'),
      await run('join', invitation),
    ];
    const shown = await board.shown();
    const leaving = await run('leave');

    expect(chinese.stdout).toContain('你在看板上的名字是 小 美。');
    expect(renamed.stdout).toContain('You are on the class board as Ada.');
    expect(moved.stdout).toBe(renamed.stdout);
    expect(refused.map(({ exitCode }) => exitCode)).toEqual(refused.map(() => 2));
    const sentences = refused.map(({ stderr }) => {
      const lines = stderr
        .trim()
        .replaceAll(/:\d{5}/g, ':PORT')
        .split('\n');
      return lines[0] === 'Usage:' ? lines.at(-1) : lines[0];
    });
    expect(sentences).toMatchInlineSnapshot(`
      [
        "Somebody else is on the class board as grace.",
        "A nickname has 1 to 24 letters, digits, spaces, or one of . _ -; this one has 1000 characters, or others.",
        "A nickname has 1 to 24 letters, digits, spaces, or one of . _ -; this one has 9000 characters, or others.",
        "The class board at http://127.0.0.1:PORT does not know this word. It stands behind the # of the address.",
        ""http://127.0.0.1:PORT" is not the address of a class board, with its word: http://192.168.1.20:8090/#word",
        "The class board at http://127.0.0.1:PORT does not know this word. It stands behind the # of the address.",
        "The class board at http://127.0.0.1:2 does not answer: ECONNREFUSED",
        "What answers at http://127.0.0.1:PORT is no class board, or has no time: it says 404.",
        "Whose board, and who are you? npm run class join http://192.168.1.20:8090/#word NICKNAME",
      ]
    `);
    expect(shown).toMatchObject([{ nickname: 'Grace' }, { nickname: 'Ada' }]);
    expect(leaving.stdout).toBe('Ada is taken off the class board. Nothing is sent any more.');
    expect(await board.shown()).toHaveLength(1);
    expect((await run('leave')).stdout).toBe('You are on no class board. Nothing is sent.');
  });
});
