import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join as joinPath } from 'node:path';
import { z } from 'zod';
import { MachineFault } from '../../engine/index.ts';
import { localized } from '../../language.ts';

/** A person waits for it. Milliseconds. */
const LIMIT = 5_000;

/** A class that joins in the same second is more than the board takes in one. */
const TRIES = 5;

const MEMBERSHIP = z.object({ address: z.string(), nickname: z.string(), token: z.string() });
export type Membership = z.infer<typeof MEMBERSHIP>;

const fileOf = (root: string) => joinPath(root, '.workshop', 'class.json');

/**
 * Joins the board, or gets another nickname on it. From then on verdicts and hints are told.
 *
 * @param invitation what the instructor's command printed: http://192.168.1.20:8090/#word
 * @returns what to print @throws MachineFault when the board refuses, or does not answer
 */
export async function join(root: string, invitation: string, wanted: string): Promise<string> {
  const url = URL.canParse(invitation) ? new URL(invitation) : undefined;
  const word = url?.hash.slice(1);
  if (url?.protocol !== 'http:' || !word)
    throw new MachineFault('board-address', { address: invitation });
  const address = url.origin;
  // The board knows its own tokens, also when it has moved to another address.
  const answer = await ask(address, '/join', readMembership(root)?.token, {
    word,
    nickname: wanted,
  });
  const joined = z.object({ token: z.string(), nickname: z.string() }).safeParse(answer.body);
  if (answer.status !== 201 || !joined.success) throw refusal(answer, address, wanted);
  const { nickname } = joined.data;
  mkdirSync(joinPath(root, '.workshop'), { recursive: true });
  const membership: Membership = { address, ...joined.data };
  writeFileSync(fileOf(root), `${JSON.stringify(membership)}\n`, { mode: 0o600 });
  return localized(
    `You are on the class board as ${nickname}.

From now on verify, watch and hint tell it numbers: the step, the task, how many checks passed, how many hints you saw.
No code, no names of files, no text. npm run class leave ends it.

next: npm run workshop`,
    `你在看板上的名字是 ${nickname}。

從現在起，verify、watch 和 hint 會告訴它幾個數字：第幾步、哪個任務、通過幾個檢查、看了幾則提示。
不會送出程式碼、檔名或任何文字。用 npm run class leave 結束。

next: npm run workshop`,
  );
}

/** Whatever the board says, nothing is told any more. @returns what to print */
export async function leave(root: string): Promise<string> {
  const known = readMembership(root);
  rmSync(fileOf(root), { force: true });
  if (!known)
    return localized(
      'You are on no class board. Nothing is sent.',
      '你沒有加入看板，不會送出任何東西。',
    );
  const told = await ask(known.address, '/leave', known.token).catch(() => undefined);
  return told?.status === 204
    ? localized(
        `${known.nickname} is taken off the class board. Nothing is sent any more.`,
        `${known.nickname} 已從看板移除，不會再送出任何東西。`,
      )
    : localized(
        `Nothing is sent any more. The board at ${known.address} did not answer, and still shows ${known.nickname}.`,
        `不會再送出任何東西。${known.address} 的看板沒有回應，上面還看得到 ${known.nickname}。`,
      );
}

/** Undefined where nobody has joined, or the file is not ours any more. */
export function readMembership(root: string): Membership | undefined {
  try {
    return MEMBERSHIP.parse(JSON.parse(readFileSync(fileOf(root), 'utf8')));
  } catch {
    return undefined;
  }
}

interface Answer {
  status: number;
  body: unknown;
}

/** @throws MachineFault when nothing answers */
async function ask(address: string, path: string, token = '', body = {}): Promise<Answer> {
  for (let tried = 1; ; tried += 1) {
    const response = await fetch(`${address}${path}`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        ...(token && { authorization: `Bearer ${token}` }),
      },
      body: JSON.stringify(body),
      redirect: 'manual',
      signal: AbortSignal.timeout(LIMIT),
    }).catch((error: Error) => {
      const { code, message = error.message } = (error.cause ?? {}) as NodeJS.ErrnoException;
      throw new MachineFault('board-unreachable', { address, reason: code ?? message });
    });
    const answer = { status: response.status, body: await response.json().catch(() => undefined) };
    if (answer.status !== 429 || tried === TRIES) return answer;
    await new Promise((resume) => setTimeout(resume, 1_000));
  }
}

function refusal({ status, body }: Answer, address: string, nickname: string): MachineFault {
  const { error } = (body ?? {}) as { error?: string };
  if (error === 'wrong-word') return new MachineFault('board-wrong-word', { address });
  if (error === 'nickname-taken') return new MachineFault('nickname-taken', { nickname });
  if (error === 'board-full') return new MachineFault('board-full');
  if (error === 'nickname-invalid' || status === 413)
    return new MachineFault('nickname-invalid', { length: [...nickname].length });
  return new MachineFault('not-a-board', { address, status });
}
