import { expect, test } from 'vitest';
import { DEFAULTS } from './inbox.ts';
import { answerOf, startInbox } from './test-support/start-inbox.ts';

const JSON_TYPE = { 'Content-Type': 'application/json' };
const FORM = { 'Content-Type': 'application/x-www-form-urlencoded' };
const XML = { 'Content-Type': 'application/xml' };
const TEXT = { 'Content-Type': 'text/plain' };
const ODD_CHARSET = { 'Content-Type': 'application/json; charset=x' };
const GZIP = { ...JSON_TYPE, 'Content-Encoding': 'gzip' };

const webhook = DEFAULTS.webhookPath;
const large = `{"text":"${'x'.repeat(1_000_000)}"}`;
const deep = `{"text":"hi","x":${'['.repeat(40_000)}${']'.repeat(40_000)}}`;
const polluting = '{"__proto__":{"text":"hi"},"constructor":{"prototype":{"text":"hi"}}}';

const post = (body: string, headers: Record<string, string> = JSON_TYPE): RequestInit => ({
  method: 'POST',
  headers,
  body,
});

test.each<[what: string, expected: number, path: string, init: RequestInit]>([
  ['broken JSON', 400, webhook, post('{"text":')],
  ['an empty body', 400, webhook, post('')],
  ['an unknown content type', 400, webhook, post('<a/>', XML)],
  ['an unknown charset', 400, webhook, post('{}', ODD_CHARSET)],
  ['a form without a payload', 400, webhook, post('a=%', FORM)],
  ['a gzip that is none', 400, webhook, post('{}', GZIP)],
  ['keys that would change a prototype', 400, webhook, post(polluting)],
  ['40,000 levels of lists', 400, webhook, post(deep)],
  ['1 MB', 413, webhook, post(large)],
  ['a broken percent sign in the address', 400, '/services/%E0%A4%A/B/X', post('{}')],
  ['a broken percent sign in a file name', 404, '/%E0%A4%A', {}],
  ['a way out of the folder', 404, '/..%2fmain.ts', {}],
  ['half a webhook address', 404, '/services/T00000000', post('{}')],
  ['broken JSON for the switch', 400, '/api/failures', post('{')],
  ['a text for the switch', 400, '/api/failures', post('3', TEXT)],
  ['HEAD on the webhook', 405, webhook, { method: 'HEAD' }],
  ['PUT on the webhook', 405, webhook, { method: 'PUT' }],
  ['PUT on the messages', 405, '/api/messages', { method: 'PUT' }],
  ['HEAD on the stream', 405, '/api/stream', { method: 'HEAD' }],
  ['PUT on the page', 404, '/', { method: 'PUT' }],
  ['an unknown page', 404, '/nothing', {}],
])(
  '%s gets %i without a stack trace, and the inbox stays up',
  async (_what, expected, path, init) => {
    await using inbox = await startInbox();

    const [status, body] = await answerOf(fetch(`${inbox.url}${path}`, init));

    expect(status).toBe(expected);
    expect(body).not.toMatch(/\bat .*\d|node_modules|inbox\//);
    expect(await answerOf(inbox.deliver({ text: 'still here' }))).toEqual([200, 'ok']);
    expect(await inbox.messages()).toHaveLength(1);
  },
);
