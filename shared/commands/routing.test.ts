import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, expect, it } from 'vitest';
import { runIn } from '../learner/test-clone.ts';
import { ROOT } from '../root.ts';

const folder = mkdtempSync(join(tmpdir(), 'routing-'));
afterAll(() => rmSync(folder, { recursive: true }));

const CONFIG = `route: { receiver: slack }
receivers: [{ name: slack }]
time_intervals: [{ name: nights }]
`;

/** What the command says about a table, beside that configuration, and its exit code. */
async function play(
  table: string,
  ...args: string[]
): Promise<[exitCode: number | undefined, message: string]> {
  const file = join(folder, 'routing.yaml');
  writeFileSync(file, table);
  writeFileSync(join(folder, 'alertmanager.yaml'), CONFIG);
  const { exitCode, stderr } = await runIn(ROOT, ['routing', file, ...args]);
  return [exitCode, stderr.replaceAll(`${folder}/`, '')];
}

const one = (rest: string): string => `- name: x\n  alerts: [{ alertname: A }]\n${rest}\n`;

it.each([
  ['no list', 'cases: []', 'routing.yaml:1', 'a list of cases'],
  ['no cases', '[]', 'routing.yaml:1', 'at least one case'],
  ['only a comment', '# later', 'routing.yaml:1', 'settings in the file'],
  ['broken YAML', '- name: x\n   alerts: [', 'routing.yaml:1', 'YAML that parses'],
  [
    'a case without a name',
    '- alerts: [{ a: b }]\n  expect: { receivers: slack }',
    'routing.yaml:1',
    'a name',
  ],
  [
    'no alerts',
    '- name: x\n  alerts: []\n  expect: { receivers: slack }',
    'routing.yaml:2',
    'at least one alert',
  ],
  [
    'an alert that is no list',
    '- name: x\n  alerts: { a: b }\n  expect: { receivers: slack }',
    'routing.yaml:2',
    'a list of alerts',
  ],
  [
    'an alert without labels',
    '- name: x\n  alerts: [{}]\n  expect: { receivers: slack }',
    'routing.yaml:2',
    'at least one label',
  ],
  [
    'an expectation of nothing',
    one('  expect: {}'),
    'routing.yaml:3',
    'receivers, inhibited_by, muted_by or silenced',
  ],
  ['a typing error in a key', one('  expect: { recievers: slack }'), 'routing.yaml:3', 'recievers'],
  [
    'a receiver that does not exist',
    one('  expect: { receivers: slak }'),
    'routing.yaml:3',
    'alertmanager.yaml: slack',
  ],
  [
    'a time interval that does not exist',
    one('  expect: { muted_by: night }'),
    'routing.yaml:3',
    'alertmanager.yaml: nights',
  ],
  [
    'an inhibiting alert that is not given',
    one('  expect: { inhibited_by: B }'),
    'routing.yaml:3',
    'B among the given alerts',
  ],
  [
    'a time without its zone',
    one('  at: 2026-03-01T02:30:00\n  expect: { receivers: slack }'),
    'routing.yaml:3',
    'with its zone',
  ],
  [
    'a time that does not exist',
    one('  at: 2026-13-01T02:30:00Z\n  expect: { receivers: slack }'),
    'routing.yaml:3',
    'a time that exists',
  ],
])('a table with %s is refused with its line', async (_what, table, where, words) => {
  const [code, printed] = await play(table);

  expect(code).toBe(2);
  expect(printed.split('\n')[0]).toBe(where);
  expect(printed).toContain(words);
  expect(printed).not.toMatch(/\bat .*\.ts:\d/);
});

it('a file or an Alertmanager that is not there is named', async () => {
  const table = one('  expect: { receivers: slack }');

  expect(await play(table, '--config', 'nope.yaml')).toEqual([2, 'There is no file nope.yaml']);
  const [code, printed] = await play(table, '--alertmanager', 'http://localhost:9');
  expect(code).toBe(2);
  expect(printed).toContain('Alertmanager does not answer at http://localhost:9/api/v2/status');
  const [, words] = await play(table, '--alertmanager', 'nonsense');
  expect(words).toContain('Alertmanager does not answer at nonsense');
});

it.each([
  ['another server', 404, 'not found', /Alertmanager answered 404 to http.*: not found/],
  ['one behind a login', 401, '', /Alertmanager answered 401 to /],
  ['a page', 200, '<html>', /Alertmanager answered something unexpected to .*<html>/],
])('%s in place of Alertmanager is named', async (_, status, body, words) => {
  const server = createServer((_request, response) => response.writeHead(status).end(body));
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const { port } = server.address() as AddressInfo;

  const [code, printed] = await play(
    one('  expect: { receivers: slack }'),
    ...['--alertmanager', `http://127.0.0.1:${port}`],
  );
  server.close();

  expect([code, printed]).toEqual([2, expect.stringMatching(words)]);
});

it.each([
  ['a%40b', 'a@b'],
  ['100%', '100%'],
])(
  'a name and a password in the address, %s, log in, and are not printed',
  async (typed, meant) => {
    let login: string | undefined;
    const server = createServer(({ headers }, response) => {
      login = headers.authorization;
      response.writeHead(403).end();
    });
    await once(server.listen(0, '127.0.0.1'), 'listening');
    const { port } = server.address() as AddressInfo;

    const [, printed] = await play(
      one('  expect: { receivers: slack }'),
      ...['--alertmanager', `http://ada:${typed}@127.0.0.1:${port}/`],
    );
    server.close();

    expect(login).toBe(`Basic ${Buffer.from(`ada:${meant}`).toString('base64')}`);
    expect(printed).toMatch(/^Alertmanager answered 403 to http:\/\/127/);
  },
);

it('a table that is not there is named, whatever lies beside it', async () => {
  const { exitCode, stderr } = await runIn(ROOT, ['routing', 'nowhere/nope.yaml']);

  expect([exitCode, stderr]).toEqual([2, 'There is no file nowhere/nope.yaml']);
});

it('a table is found from the folder in which its name was typed', async () => {
  writeFileSync(join(folder, 'typed.yaml'), '[]');

  const { exitCode, stderr } = await runIn(ROOT, ['routing', 'typed.yaml'], { INIT_CWD: folder });

  expect([exitCode, stderr]).toEqual([2, expect.stringMatching(/at least one case/)]);
});

it('no table, whatever it holds, ends in a stack trace', async () => {
  const value = fc.letrec((tie) => ({
    any: fc.oneof(
      { depthSize: 'small' },
      ...[fc.string(), fc.integer(), fc.boolean(), fc.constant(null)],
      fc.array(tie('any'), { maxLength: 3 }),
      fc.dictionary(
        fc.constantFrom('name', 'alerts', 'given', 'at', 'expect', 'receivers', '__proto__'),
        tie('any'),
        { maxKeys: 4 },
      ),
    ),
  })).any;

  await fc.assert(
    fc.asyncProperty(value, async (table) => {
      const [code, printed] = await play(JSON.stringify(table));
      expect(code).toBe(2);
      expect(printed).toMatch(/^routing\.yaml:\d+\n {2}expected /);
    }),
    { numRuns: 500 },
  );
});
