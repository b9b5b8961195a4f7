import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { anchorOf } from '../../engine/index.ts';
import { doctor } from '../../learner/doctor/index.ts';
import { ROOT } from '../../root.ts';
import { checkTroubleshooting } from './index.ts';

const PARTS = ['shared', 'solutions', 'steps', 'docs', 'package.json', 'tsconfig.json'];

it('When nothing is changed, then every page says what the code can print, and nothing else', async () => {
  expect(await checkTroubleshooting(ROOT)).toEqual([]);
});

describe('In a clone of the workshop', { timeout: 120_000 }, () => {
  let clone: string;
  beforeAll(() => {
    clone = mkdtempSync(join(tmpdir(), 'troubleshooting-'));
    for (const part of [...PARTS, 'docker-compose.yaml'])
      cpSync(join(ROOT, part), join(clone, part), { recursive: true });
    symlinkSync(join(ROOT, 'node_modules'), join(clone, 'node_modules'), 'junction');
  });
  afterAll(() => rmSync(clone, { recursive: true }));

  let restore = () => {};
  afterEach(() => restore());

  /** Changes a file until the end of the test. */
  function edit(path: string, change: (text: string) => string): void {
    const file = join(clone, path);
    const before = readFileSync(file, 'utf8');
    const after = change(before);
    expect(after).not.toBe(before);
    writeFileSync(file, after);
    restore = () => writeFileSync(file, before);
  }

  const node = async (...words: string[]) =>
    (await execa('node', ['--import', 'tsx', ...words], { cwd: clone, reject: false })).stdout;

  /** A process of its own, because it reads the code that the test has changed. */
  const look = () =>
    node(
      '--eval',
      `import('./shared/docs/index.ts').then(async ({ checkTroubleshooting }) => {
        const { describeFinding } = await import('./shared/lessons/index.ts');
        for (const finding of await checkTroubleshooting(process.cwd())) console.log(describeFinding(finding));
      })`,
    );

  const make = () => node('shared/cli.ts', 'docs', 'make');

  const STEP = 'shared/checks/01-app/index.ts';
  const CHINESE = 'docs/zh-TW/troubleshooting';

  it('When a check is new, then its text in Chinese and its heading are missed', async () => {
    const check = "{ id: 'app.new', title: 'It is new', kind: 'static', run() {} },";
    edit(STEP, (text) => text.replace('checks: [', `checks: [${check}`));

    const output = await look();

    expect(output).toContain(`${CHINESE}/step-1.yaml:1  there is no Chinese text for app.new`);
    expect(output).toMatch(/^docs\/troubleshooting\/step-1\.md:\d+ .* npm run docs:make$/m);
  });

  it("When a check's title is changed, then its text in Chinese is stale, at its line", async () => {
    edit(STEP, (text) => text.replace('Docker asks /healthz', 'Docker asks /health'));

    expect(await look()).toMatch(
      /step-1\.yaml:\d{2} {2}the Chinese text was written for another title of compose\.healthcheck/,
    );
  });

  it('When a check is gone, then its text in Chinese is stray', async () => {
    edit(STEP, (text) => text.replace("id: 'app.stops'", "id: 'app.ends'"));

    expect(await look()).toContain('a text for app.stops, which step-1 does not have');
  });

  it('When a recorded message is deleted, then that is said', async () => {
    const record = 'shared/checks/01-app/wrong/counted-twice.txt';
    edit(record, () => '');

    expect(await look()).toContain(`${record}:1  there is no message of the check counter.counts`);
  });

  it('When the doctor or a fault says something else, then their pages are not what the code says', async () => {
    edit('shared/engine/advice.ts', (text) => text.replace('There is no Docker', 'No Docker is'));

    const output = await look();

    expect(output).toMatch(/^docs\/troubleshooting\/doctor\.md:\d+ /m);
    expect(output).toMatch(/^docs\/troubleshooting\/machine\.md:\d+ /m);
    expect(output).toContain('the Chinese text was written for another title of no-client');
  });

  it('When a page was edited by hand, then docs:make writes it as it has to be', async () => {
    const page = 'docs/troubleshooting/step-1.md';
    edit(page, (text) => text.replace('## ', '### '));

    expect(await make()).toBe('pages written: 1');
    expect(readFileSync(join(clone, page), 'utf8')).toBe(readFileSync(join(ROOT, page), 'utf8'));
  });
});

describe('Links', () => {
  it('When a message is printed, then the place that it links to is there', () => {
    const text = readFileSync(join(ROOT, 'shared/verify/runner/snapshots/step-3.txt'), 'utf8');
    const links = [...text.matchAll(/more +(\S+)#(\S+)/g)];

    expect(links).toHaveLength(1);
    for (const [, page = '', anchor] of links)
      expect(readFileSync(join(ROOT, page), 'utf8')).toContain(`<a id="${anchor}"></a>`);
  });

  it('When the doctor has looked at this machine, then each of its findings has its place', async () => {
    const page = readFileSync(join(ROOT, 'docs/troubleshooting/doctor.md'), 'utf8');
    const { findings } = await doctor(ROOT);

    const homeless = findings.filter(({ id }) => !page.includes(`<a id="${anchorOf(id)}"></a>`));

    expect(homeless).toEqual([]);
  });
});
