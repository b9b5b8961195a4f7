import { createHash, timingSafeEqual } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import express, {
  type ErrorRequestHandler,
  type Request,
  type RequestHandler,
  type Response,
} from 'express';
import { type Learner, type Learners, NICKNAME, REPORT } from './learners.ts';
import { boardMetrics } from './metrics.ts';
import { shown } from './state.ts';

export interface Settings {
  learners: Learners;
  /** Whoever knows it may join, and look at the page from the room. */
  word: string;
  /** Seconds without progress. */
  stuckAfter: number;
  now?: () => number;
}

const PAGE = fileURLToPath(new URL('./page', import.meta.url));

/** A report is a tenth of it. */
const LARGEST_BODY = '4kb';

/** In any one second: of one learner, and of one address that joins or looks. */
export const MOST_REPORTS = 5;
const MOST_OF_ADDRESS = 50;
/** Whatever they are, before they are read. */
const MOST_REQUESTS = 10 * MOST_OF_ADDRESS;

const HEADERS = {
  'Content-Security-Policy':
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  'X-Content-Type-Options': 'nosniff',
  'Referrer-Policy': 'no-referrer',
};

/** Two apps: one for the room, and one that only the board's servers and the instructor's commands can reach. Nothing listens yet. */
export function createReceiver({ learners, word, stuckAfter, now = Date.now }: Settings) {
  const { registry, responses } = boardMetrics(learners, stuckAfter);
  const limited = rateLimit(now);
  const json = express.json({ limit: LARGEST_BODY, type: () => true, inflate: false });
  const isWord = (guess: unknown) => typeof guess === 'string' && isEqual(guess, word);
  const known = new WeakMap<Request, Learner>();
  const ofLearner: RequestHandler = (request, response, next) => {
    const learner = learners.find(bearer(request));
    if (!learner) return void refuse(response, 401, 'unknown-token');
    known.set(request, learner);
    next();
  };
  const learnerOf = (request: Request) => known.get(request) as Learner;

  const everybody = (_request: Request, response: Response) =>
    response.json(learners.all.map((learner) => shown(learner, now(), stuckAfter)));

  const room = express();
  room.disable('x-powered-by');
  room.use((_request, response, next) => {
    response.set(HEADERS);
    response.on('finish', () => responses.inc({ status_code: response.statusCode }));
    next();
  });
  const guesses = limited(ofAddress(joinWord), MOST_OF_ADDRESS);
  room.post('/join', limited(ipOf, MOST_REQUESTS), json, guesses, (request, response) => {
    if (!isWord(joinWord(request))) return void refuse(response, 401, 'wrong-word');
    const nickname = NICKNAME.safeParse(request.body.nickname);
    if (!nickname.success) return void refuse(response, 400, 'nickname-invalid');
    const joined = learners.join(nickname.data, bearer(request));
    if (typeof joined === 'string') return void refuse(response, 409, joined);
    response.status(201).json({ ...joined, nickname: nickname.data });
  });
  room.post('/report', ofLearner, limited(tokenOf, MOST_REPORTS), json, (request, response) => {
    const report = REPORT.safeParse(request.body);
    if (!report.success) return void refuse(response, 400, 'report-invalid');
    learners.record(learnerOf(request), report.data);
    response.status(204).end();
  });
  room.post('/leave', ofLearner, (request, response) => {
    learners.leave(learnerOf(request));
    response.status(204).end();
  });
  room.get('/learners', limited(ofAddress(bearer), MOST_OF_ADDRESS), (request, response) => {
    if (!isWord(bearer(request))) return void refuse(response, 401, 'wrong-word');
    everybody(request, response);
  });
  room.use(express.static(PAGE));
  room.use((_request, response) => void refuse(response, 404, 'not-found'));
  room.use(lastResort);

  const inside = express();
  inside.get('/healthz', (_request, response) => void response.json({ status: 'ok' }));
  inside.get('/metrics', async (_request, response) => {
    response.set('Content-Type', registry.contentType).send(await registry.metrics());
  });
  // The inbox shows the page, which asks for no word here.
  inside.get('/learners', everybody);
  inside.use(express.static(PAGE));
  inside.delete('/learners/:nickname', (request, response) => {
    const { data } = NICKNAME.safeParse(request.params.nickname);
    const learner = data && learners.named(data);
    if (!learner) return void refuse(response, 404, 'unknown-nickname');
    learners.leave(learner);
    response.status(204).end();
  });
  return { room, inside };

  function tokenOf(request: Request): string {
    return learnerOf(request).tokenHash;
  }

  /** Behind one address may sit a whole room. Whoever does not know the word takes no turn from those who do. */
  function ofAddress(guessOf: (request: Request) => unknown) {
    return (request: Request): string => `${isWord(guessOf(request))} ${request.ip}`;
  }
}

const joinWord = ({ body }: Request): unknown => body?.word;
const ipOf = ({ ip = '' }: Request): string => ip;
const bearer = ({ headers }: Request): string =>
  headers.authorization?.match(/^Bearer (\S+)$/)?.[1] ?? '';

/** Compares in a time that says nothing about the word. */
function isEqual(guess: string, word: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(guess), digest(word));
}

const refuse = (response: Response, status: number, error: string) =>
  response.status(status).json({ error });

/** Counts in whole seconds, so it remembers nobody for longer. */
function rateLimit(now: () => number) {
  let [second, counts] = [0, new Map<string, number>()];
  return (keyOf: (request: Request) => string, most: number): RequestHandler =>
    (request, response, next) => {
      const current = Math.floor(now() / 1_000);
      if (current !== second) [second, counts] = [current, new Map()];
      const key = keyOf(request);
      const count = (counts.get(key) ?? 0) + 1;
      counts.set(key, count);
      if (count <= most) return next();
      response.set('Retry-After', '1');
      refuse(response, 429, 'too-many');
    };
}

/** Too large, no JSON, or the disk is full. The log says what; the client gets a word. */
const lastResort: ErrorRequestHandler = (error, _request, response, next) => {
  if (response.headersSent) return next(error);
  const status = error.status >= 400 && error.status < 500 ? error.status : 500;
  if (status === 500) console.error(error);
  refuse(response, status, error.type ?? 'not-saved');
};
