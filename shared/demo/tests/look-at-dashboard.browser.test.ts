import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { browserForTests } from '../../stack/test-open-browser.ts';
import { serve } from '../../verify/expect/program/index.ts';
import { lookAtDashboard } from '../look-at-dashboard.ts';

/** No Grafana: a page with the same marks, to prove that each kind of trouble is noticed. */
const panel = (title: string, content: string) =>
  `<section data-testid="data-testid Panel header ${title}">${content}</section>`;

const PAGES: Record<string, string> = {
  good: panel('Errors', '<b>0.3</b>') + panel('Traffic', '<canvas></canvas>'),
  missing: panel('Errors', '<b>0.3</b>'),
  empty: panel('Errors', '<b>No data</b>') + panel('Traffic', '<i>No requests yet</i>'),
  loading: `${panel('Errors', '<p aria-label="Panel loading bar"></p>')}${panel('Traffic', '')}`,
  broken:
    panel('Errors', '<i data-testid="data-testid Panel status error">!</i>') + panel('Traffic', ''),
};

const place = { gridPos: { y: 0, h: 4 } };
const panels = [
  { ...place, type: 'row', title: 'Row' },
  { ...place, type: 'stat', title: 'Errors' },
  {
    ...place,
    type: 'timeseries',
    title: 'Traffic',
    fieldConfig: { defaults: { noValue: 'No requests yet' } },
  },
];

describe('A look at a dashboard', () => {
  let server: Awaited<ReturnType<typeof serve>>;
  const browser = browserForTests();
  const folder = mkdtempSync(join(tmpdir(), 'pictures-'));

  beforeAll(async () => {
    server = await serve((request, answer) => {
      const isLoggedIn = request.headers.authorization === 'Basic right';
      const [, uid = ''] = request.url?.match(/^\/d\/(\w+)\?/) ?? [];
      answer.setHeader('content-type', 'text/html');
      answer.end(isLoggedIn ? PAGES[uid] : 'Log in');
    });
  });
  afterAll(async () => {
    await server[Symbol.asyncDispose]();
    rmSync(folder, { recursive: true });
  });

  const look = (uid: string, authorization = 'Basic right') => {
    const picture = join(folder, `${uid}.png`);
    const grafana = { url: server.url, authorization };
    return lookAtDashboard(browser(), grafana, { uid, panels }, picture, 1);
  };

  it.each([
    ['good', []],
    ['missing', ['"Traffic" is not there']],
    ['empty', ['"Errors" shows "No data"', '"Traffic" shows "No requests yet"']],
    ['loading', ['"Errors" is still loading']],
    ['broken', ['"Errors" has an error']],
  ])('a dashboard that is %s is reported, and its picture is saved', async (uid, wrong) => {
    expect(await look(uid)).toEqual(wrong);
    expect(existsSync(join(folder, `${uid}.png`))).toBe(true);
  });

  it('no panel is drawn where Grafana lets nobody in', async () => {
    expect(await look('good', 'Basic wrong')).toEqual([
      '"Errors" is not there',
      '"Traffic" is not there',
    ]);
  });
});
