import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { FAULTS, moreAbout, SKIPS } from './engine/index.ts';
import { explanation } from './language.ts';
import { SUBJECTS } from './learner/doctor/index.ts';
import { type Clone, clone } from './learner/test-clone.ts';
import { ROOT } from './root.ts';
import { allChecks, loadDefinition, pageOf, STEPS, stepNumber } from './verify/index.ts';

const CHINESE = /[\u4e00-\u9fff]/;
/** As on a machine where only this is set. */
const speaking = (env: Record<string, string>) => ({
  ...{ WORKSHOP_LANG: '', LC_ALL: '', LC_MESSAGES: '', LANG: 'C.UTF-8', ...env },
});

let copy: Clone;
beforeAll(async () => {
  copy = await clone();
});
afterAll(() => copy[Symbol.dispose]());

describe('The language', () => {
  it.each([
    [{}, 'English'],
    [{ LANG: 'zh_TW.UTF-8' }, '中文'],
    [{ LANG: 'en_US.UTF-8', LC_MESSAGES: 'zh_TW.UTF-8' }, '中文'],
    [{ LC_ALL: 'en_US.UTF-8', LC_MESSAGES: 'zh_TW.UTF-8' }, 'English'],
    [{ WORKSHOP_LANG: 'en', LANG: 'zh_TW.UTF-8' }, 'English'],
    [{ WORKSHOP_LANG: 'zh-TW' }, '中文'],
  ])('with %j is %s', async (env, name) => {
    const { stdout } = await copy.run(['workshop', 'lang'], speaking(env));

    expect(stdout.split('\n')[0]).toContain(name);
  });

  it('that was stored counts more than the system, until it is taken back', async () => {
    const system = speaking({ LANG: 'en_US.UTF-8' });

    await copy.run(['workshop', 'lang', 'zh-TW'], system);
    const stored = await copy.run(['workshop'], system);
    const overruled = await copy.run(['workshop'], { ...system, WORKSHOP_LANG: 'en' });
    await copy.run(['workshop', 'lang', 'system'], system);
    const after = await copy.run(['workshop'], system);

    expect(stored.stdout).toContain('你在工作坊的進度');
    expect(overruled.stdout).toContain('Your way through the workshop');
    expect(after.stdout).toContain('Your way through the workshop');
  });

  it('can be one of those that there are', async () => {
    const { stderr, exitCode } = await copy.run(['workshop', 'lang', 'de']);

    expect(stderr).toContain('There is no language "de".');
    expect(exitCode).toBe(2);
  });
});

/** What stays English: titles, `expected`, `actual` and the hint for just this mistake; names, paths and commands. */
const MAY_BE_ENGLISH =
  /^$|^ {2}[✓✗] |^ {6}(expected|actual|where|hint|more|seen|fix) |^ {16}|^ {6}- |^next: (npm|docker)|^more: |^[→ ] \d{4}-|^ {2}\S+:\d+$|^ {2,}[·!] [A-Z]/;

describe('A Chinese reader', { timeout: 60_000 }, () => {
  const chinese = speaking({ LANG: 'zh_TW.UTF-8' });

  it('is led to Chinese pages by a verdict and by a fault, and is told what the failure means', async () => {
    const verdict = await copy.run(['verify', '1', '--static'], chinese);
    const fault = await copy.run(['verify', '12'], chinese);
    const option = await copy.run(['verify', '1', '--statics'], chinese);

    expect(verdict.stdout).toMatch(/^ {6}說明 {6}.*連接埠 8080/m);
    expect(verdict.stdout).toContain('docs/zh-TW/troubleshooting/step-1.md#compose-port');
    expect(fault.stderr).toContain('There is no step 12.');
    expect(fault.stderr).toContain('沒有這個編號的步驟。');
    expect(option.stderr).toContain('沒有這個選項');
    expect(fault.stderr).toContain('more: docs/zh-TW/troubleshooting/machine.md#no-such-step');
  });

  it.each([
    'workshop',
    'help',
    'verify 1 --static',
    'verify 5 --static',
    'workshop',
    'hint 1',
    'hint 4 --task 2',
    'goto 3',
    'reset 2',
    'undo',
    'undo --list',
    'doctor',
    'lang',
  ])('reads everything that `%s` says', async (command) => {
    const { stdout, stderr } = await copy.run(command.split(' '), chinese);

    const english = `${stdout}\n${stderr}`
      .split('\n')
      .filter((line) => !CHINESE.test(line) && !MAY_BE_ENGLISH.test(line));
    expect(stdout).toMatch(CHINESE);
    expect(english.filter((line) => !/^ {2}(steps\/|npm run)|^[`"\-}\s/*#]/.test(line))).toEqual(
      [],
    );
  });

  it('gets the same JSON as everybody', async () => {
    const judge = (env: Record<string, string>) =>
      copy.start(['verify', '5', '--static', '--json'], { env });

    const [english, other] = [await judge(speaking({})), await judge(chinese)];

    const stable = (text: unknown) => `${text}`.replaceAll(/"seconds": [\d.e-]+/g, '');
    expect(stable(other.stdout)).toBe(stable(english.stdout));
    expect(english.stdout).toContain('"next": "fix what is named above');
  });
});

describe('What the Chinese pages of Troubleshooting say', () => {
  it('is found for every check, fault, reason to skip and subject of the doctor', async () => {
    const messages = [
      ...Object.keys({ ...FAULTS, ...SKIPS }).map((id) => moreAbout('machine', id)),
      ...Object.keys(SUBJECTS).map((id) => moreAbout('doctor', id.replace('…', 'example'))),
    ];
    for (const step of STEPS)
      for (const { id } of allChecks(await loadDefinition(step)))
        messages.push(moreAbout(pageOf(stepNumber(step)), id));

    process.env.WORKSHOP_LANG = 'zh-TW';
    const mute = messages.filter((more) => !CHINESE.test(explanation(more) ?? ''));
    process.env.WORKSHOP_LANG = 'en';

    expect(messages.length).toBeGreaterThan(200);
    expect(mute).toEqual([]);
    expect(explanation(messages[0])).toBeUndefined();
  });
});

describe('A sentence', () => {
  const rooms = [
    'class',
    'commands',
    'demo',
    'engine',
    'images',
    'learner',
    'stack',
    'swarm',
    'verify',
  ];
  /** For maintainers only, who read English, and logs of servers. */
  const MAINTAINERS =
    /^shared\/(commands\/(bench|docs|lessons)|class\/board\/bench|class\/board\/receiver\/.*|.*\/make-format|.*test.*)\.ts$/;
  const sources = rooms
    .flatMap((room) =>
      readdirSync(join(ROOT, 'shared', room), { recursive: true, encoding: 'utf8' }).map(
        (path) => `shared/${room}/${path.replaceAll('\\', '/')}`,
      ),
    )
    .filter((path) => path.endsWith('.ts') && !MAINTAINERS.test(path))
    .concat('shared/cli.ts');
  /** What is found in all of them, with the file; whatever a text fills in aside. */
  const find = (pattern: RegExp) =>
    sources.flatMap((path) =>
      [...withoutDetails(readFileSync(join(ROOT, path), 'utf8')).matchAll(pattern)].map((found) => [
        path,
        ...found,
      ]),
    );

  it('is never printed in English only', () => {
    const printed =
      /(?:console\.(?:log|error)|announce|print|say|detail)\(\s*['"`][^'"`]*[a-z]{3}/g;

    expect(sources.length).toBeGreaterThan(100);
    expect(find(printed)).toEqual([]);
  });

  it('in English has its twin in Chinese beside it', () => {
    const text = `'[^']*'|"[^"]*"|\`[^\`]*\``;
    // Of a sentence, or of a command in the usage.
    const start = `\\blocalized\\(|\\[\\s*'(?:npm run|  --) [^']*',`;
    const both = new RegExp(`(?:${start})\\s*(?:${text}),\\s*(${text})`, 'g');

    expect(find(both).length).toBeGreaterThan(120);
    expect(find(both).filter(([, , chinese]) => !CHINESE.test(`${chinese}`))).toEqual([]);
  });
});

/** A source file without what its texts fill in, from the inside out, and without escaped quotes and ends of lines. */
function withoutDetails(source: string): string {
  const shorter = source.replaceAll(/\$\{[^{}]*\}|\\[n'"`]/g, '');
  return shorter === source ? source : withoutDetails(shorter);
}

describe('Start.js', () => {
  it('names the pages of both languages, because it cannot know which is wanted', () => {
    const source = readFileSync(join(ROOT, 'shared/start.js'), 'utf8');

    expect(source).toContain("more.replace('docs/', 'docs/zh-TW/')");
  });
});
