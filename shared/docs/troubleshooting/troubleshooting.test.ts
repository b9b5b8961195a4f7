import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { FAULTS } from '../../engine/index.ts';
import { anchorOf } from '../../language.ts';
import { doctor, SUBJECTS } from '../../learner/doctor/index.ts';
import { describeFinding } from '../../lessons/index.ts';
import { ROOT } from '../../root.ts';
import { loadDefinition } from '../../verify/index.ts';
import { checkTroubleshooting, makeTroubleshooting } from './index.ts';
import { SOURCES } from './pages.ts';

const CHINESE = 'docs/zh-TW/troubleshooting';

type Definition = Awaited<ReturnType<typeof loadDefinition>>;

/** What is found where the code says something else than the pages, a line each. */
async function findings(changed: Partial<typeof SOURCES>, root = ROOT): Promise<string> {
  const found = await checkTroubleshooting(root, { ...SOURCES, ...changed });
  return found.map(describeFinding).join('\n');
}

/** Step 1 with other checks. */
const stepOne = (change: (checks: Definition['checks']) => Definition['checks']) => ({
  async loadDefinition(id: string) {
    const definition = await loadDefinition(id);
    return id === '01-app' ? { ...definition, checks: change(definition.checks) } : definition;
  },
});

describe('The pages', { timeout: 60_000 }, () => {
  it('say what the code can print, and nothing else', async () => {
    expect(await findings({})).toBe('');
  });

  it.each(['docs/troubleshooting/index.md', `${CHINESE}/index.md`])(
    '%s has what npm prints in a folder with a package.json of its own',
    async (page) => {
      const cwd = join(ROOT, 'steps/01-app/app');
      const { stderr } = await execa('npm', ['run', 'verify:step-1'], { cwd, reject: false });

      expect(readFileSync(join(ROOT, page), 'utf8')).toContain(`\n## ${stderr.split('\n')[0]}\n`);
    },
  );

  it('lack the text in Chinese and the heading of a new check', async () => {
    const added = { id: 'app.new', title: 'It is new', kind: 'static', run() {} } as const;

    const output = await findings(stepOne((checks) => [added, ...checks]));

    expect(output).toContain(`${CHINESE}/step-1.yaml:1  there is no Chinese text for app.new`);
    expect(output).toMatch(/^docs\/troubleshooting\/step-1\.md:\d+ .* npm run docs:make$/m);
  });

  it("have a stale text in Chinese, at its line, where a check's title has changed", async () => {
    const rename = (title: string) => title.replace('Docker asks /healthz', 'Docker asks /health');

    const output = await findings(
      stepOne((checks) => checks.map((check) => ({ ...check, title: rename(check.title) }))),
    );

    expect(output).toMatch(
      /step-1\.yaml:\d{2} {2}the Chinese text was written for another title of compose\.healthcheck/,
    );
  });

  it('have a stray text in Chinese where a check is gone', async () => {
    const output = await findings(
      stepOne((checks) => checks.filter(({ id }) => id !== 'app.stops')),
    );

    expect(output).toContain('a text for app.stops, which step-1 does not have');
  });

  it('are stale when the doctor or a fault says something else', async () => {
    const { message, next } = FAULTS['no-client']();
    const fault = { message: message.replace('There is no Docker', 'No Docker is'), next };
    const seen = { ...SUBJECTS['engine.running']['no-client'](), seen: fault.message };

    const output = await findings({
      faults: { ...SOURCES.faults, 'no-client': () => fault },
      subjects: {
        ...SUBJECTS,
        'engine.running': { ...SUBJECTS['engine.running'], 'no-client': () => seen },
      },
    });

    expect(output).toMatch(/^docs\/troubleshooting\/doctor\.md:\d+ /m);
    expect(output).toMatch(/^docs\/troubleshooting\/machine\.md:\d+ /m);
    expect(output).toContain('the Chinese text was written for another title of no-client');
  });

  it('say what start.js prints, which cannot read the catalogue', () => {
    const source = readFileSync(join(ROOT, 'shared/start.js'), 'utf8');
    const start = source.replaceAll(/\$\{[^}]*\}/g, '…');
    const tooOld = SUBJECTS['node.version'].tooOldToStart({ version: '…', wanted: '…' });
    const notLoaded = SUBJECTS['node.packages'].notLoaded({ reason: '…' });

    expect(start).toContain(`seen: \`${tooOld.seen}\``);
    const fixes = [...start.matchAll(/fix: '([^']*)'/g)].map(([, fix]) => fix);
    expect(fixes).toEqual([tooOld.fix, notLoaded.fix]);
  });
});

describe('In a clone of the workshop', { timeout: 60_000 }, () => {
  const PARTS = ['docs', 'solutions', 'steps', 'docker-compose.yaml', 'shared/checks'];
  let clone: string;
  beforeAll(() => {
    clone = mkdtempSync(join(tmpdir(), 'troubleshooting-'));
    for (const part of [...PARTS, 'shared/inbox/Dockerfile'])
      cpSync(join(ROOT, part), join(clone, part), { recursive: true });
  });
  afterAll(() => rmSync(clone, { recursive: true }));

  /** Changes a file until the end of the test. */
  function edit(path: string, change: (text: string) => string): Disposable {
    const file = join(clone, path);
    const before = readFileSync(file, 'utf8');
    const after = change(before);
    expect(after).not.toBe(before);
    writeFileSync(file, after);
    return { [Symbol.dispose]: () => writeFileSync(file, before) };
  }

  it('a recorded message that was deleted is named', async () => {
    const record = 'shared/checks/01-app/answers/counter.txt';
    using _ = edit(record, (text) => text.replace(/^counted-twice\n.*\n/m, ''));

    const output = await findings({}, clone);

    expect(output).toContain(`${record}:1  there is no message of the check counter.counts`);
  });

  it('docs:make restores a page that was edited by hand, and leaves the others alone', async () => {
    const page = 'docs/troubleshooting/step-1.md';
    using _ = edit(page, (text) => text.replace('## ', '### '));

    expect(await makeTroubleshooting(clone)).toEqual([page]);
    expect(readFileSync(join(clone, page), 'utf8')).toBe(readFileSync(join(ROOT, page), 'utf8'));
  });
});

describe('The line "more"', () => {
  it('of a message leads to a place that is there', () => {
    const text = readFileSync(join(ROOT, 'shared/verify/runner/snapshots/step-3.txt'), 'utf8');
    const links = [...text.matchAll(/more +(\S+)#(\S+)/g)];

    expect(links).toHaveLength(1);
    for (const [, page = '', anchor] of links)
      expect(readFileSync(join(ROOT, page), 'utf8')).toContain(`<a id="${anchor}"></a>`);
  });

  it('of each finding of the doctor on this machine does too', async () => {
    const page = readFileSync(join(ROOT, 'docs/troubleshooting/doctor.md'), 'utf8');
    const { findings } = await doctor(ROOT);

    const homeless = findings.filter(({ id }) => !page.includes(`<a id="${anchorOf(id)}"></a>`));

    expect(homeless).toEqual([]);
  });
});
