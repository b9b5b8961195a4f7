import { setTimeout as pause } from 'node:timers/promises';
import type { z } from 'zod';

/** How long a server of ours may take to answer a single request, also where the machine is busy. */
const ANSWER_LIMIT_MS = 10_000;

/** A server answered with a status that is none of 2xx. */
export class HttpError extends Error {
  readonly status: number;
  readonly body: string;

  constructor(message: string, status: number, body: string) {
    super(message);
    this.status = status;
    this.body = body;
  }
}

/** One server's HTTP interface. The base URL is asked each time, because a restarted container may get another port. */
export interface Http {
  /** GET, checked against the schema. @throws Error naming the server, the path and what came instead; HttpError */
  get<T>(path: string, schema: z.ZodType<T>): Promise<T>;
  /** GET, as text. */
  text(path: string): Promise<string>;
  /** Sends JSON with the given method; the answer must have a 2xx status. Answers its text. */
  send(method: 'POST' | 'DELETE', path: string, body?: unknown): Promise<string>;
}

/**
 * @param server the name used in errors, for example "Prometheus"
 * @param baseUrl without a slash at the end, for example "http://127.0.0.1:9090"
 * @param lost hears when nothing answered there
 */
export function httpClient(
  server: string,
  baseUrl: () => Promise<string>,
  headers: Record<string, string> = {},
  lost: () => unknown = () => {},
): Http {
  async function request(path: string, init: RequestInit = {}): Promise<string> {
    const url = `${await baseUrl()}${path}`;
    const asked = fetch(url, {
      ...init,
      // Within this machine nothing needs to be compressed.
      headers: { 'accept-encoding': 'identity', ...headers, ...init.headers },
      // Where it leads is another server's answer.
      redirect: 'manual',
      signal: AbortSignal.timeout(ANSWER_LIMIT_MS),
    }).then(async (answer) => ({
      ...{ ok: answer.ok, status: answer.status, text: await answer.text() },
    }));
    const { ok, status, text } = await Promise.race([asked, late()]).catch((error: Error) => {
      lost();
      throw new Error(`${server} does not answer at ${url}: ${causeOf(error)}`);
    });
    if (ok) return text;
    const message = `${server} answered ${status} to ${url}: ${text.slice(0, 300)}`;
    throw new HttpError(message, status, text);
  }

  return {
    text: (path) => request(path),
    send: (method, path, body) =>
      request(path, {
        method,
        ...(body !== undefined && {
          body: JSON.stringify(body),
          headers: { 'content-type': 'application/json' },
        }),
      }),
    async get(path, schema) {
      const text = await request(path);
      const parsed = schema.safeParse(parseJson(text));
      if (parsed.success) return parsed.data;
      throw new Error(`${server} answered something unexpected to ${path}: ${text.slice(0, 300)}`);
    },
  };
}

/** Undefined where it is none. */
function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** The signal of a request may be lost with it, as was seen once; then this ends the wait. */
async function late(): Promise<never> {
  await pause(2 * ANSWER_LIMIT_MS, undefined, { ref: false });
  throw new Error('no answer in time');
}

function causeOf(error: Error): string {
  const cause = error.cause as { code?: string; message?: string } | undefined;
  return cause?.code ?? cause?.message ?? error.message;
}
