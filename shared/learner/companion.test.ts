import {
  appendFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { STEPS } from '../verify/index.ts';
import { type Clone, clone } from './test-clone.ts';

let copy: Clone;
const path = (...names: string[]) => join(copy.root, ...names);
const progress = (name = '01-app.yaml') => path('.workshop/progress', name);

/** Runs the command of these words. A port where nothing listens stands in for the Docker engine. */
async function run(...words: string[]) {
  const env = { DOCKER_HOST: 'tcp://127.0.0.1:9' };
  const { stdout, stderr, exitCode } = await copy.run(words, env);
  return { stdout: `${stdout}`, stderr: `${stderr}`, exitCode };
}

/** Makes a step of the clone into its published starter, or into its solution. */
function put(from: 'starter' | 'solutions', id = '01-app'): void {
  rmSync(path('steps', id), { recursive: true, force: true });
  cpSync(path(from, id), path('steps', id), { recursive: true });
}

beforeAll(async () => {
  copy = await clone();
  cpSync(path('steps'), path('starter'), { recursive: true });
}, 60_000);
afterAll(() => copy[Symbol.dispose]());
beforeEach(() => {
  rmSync(path('.workshop'), { recursive: true, force: true });
  put('starter');
});

describe('A verdict', () => {
  it('says when the solution was edited instead of the step', async () => {
    const git = (...words: string[]) =>
      execa('git', ['-c', 'user.name=a', '-c', 'user.email=a@b', ...words], { cwd: copy.root });
    await git('init', '--quiet');
    await git('add', 'steps/01-app', 'solutions/01-app');
    await git('commit', '--quiet', '--message', 'As published');
    const edit = (file: string) => appendFileSync(path(file), '// mine\n');

    edit('solutions/01-app/app/main.ts');
    const { stdout } = await run('verify', '1', '--static');
    edit('steps/01-app/app/main.ts');
    const both = await run('verify', '1', '--static');

    await git('restore', 'solutions');
    rmSync(path('.git'), { recursive: true });
    expect(stdout).toMatch(
      /^next: you have edited solutions\/01-app\/app\/main.ts, but .* steps\//m,
    );
    expect(both.stdout).toMatch(/^next: fix what is named above/m);
  });
});

describe('npm run workshop', () => {
  it('lists the steps, and the first lesson comes next, before anything is begun', async () => {
    const { stdout, stderr, exitCode } = await run('workshop');

    expect({ stderr, exitCode }).toEqual({ stderr: '', exitCode: 0 });
    expect(stdout).toMatch(/^ {2}· +1 {2}A service that can be measured +\d+ min {2}not begun$/m);
    expect(stdout.match(/not begun/g)).toHaveLength(STEPS.length);
    expect(stdout).toMatch(/^next: open steps\/01-app\/README.md$/m);
  });

  it('shows the last verdict with its content hash, and what to fix', async () => {
    const { stdout: verdict } = await run('verify', '1', '--static');
    const { stdout } = await run('workshop');

    const [, title] = verdict.match(/^ {2}✗ (.*?)(?: {2,}|$)/m) ?? [];
    expect(stdout).toMatch(/✗ +1 .* not solved yet$/m);
    expect(stdout).toMatch(/judged \d{4}-\d\d-\d\d \d\d:\d\d, content [0-9a-f]{8}$/m);
    expect(stdout).toContain(`to fix: ${title} (docker-compose.yaml:`);
    expect(stdout).toMatch(/^next: npm run verify:step-1$/m);
  });

  it('says when a file has changed since the verdict', async () => {
    await run('verify', '1', '--static');
    writeFileSync(path('steps/01-app/app/main.ts'), '// anew\n');

    const { stdout } = await run('workshop');

    expect(stdout).toMatch(/content [0-9a-f]{8}, changed since$/m);
  });

  it('a step of which only the files were judged does not count as solved', async () => {
    put('solutions');

    const verdict = await run('verify', '1', '--static', '--json');
    const { stdout } = await run('workshop');

    expect(verdict.exitCode).toBe(0);
    expect(JSON.parse(verdict.stdout)).toMatchObject({ solved: false, failed: 0 });
    expect(stdout).not.toMatch(/[✓✗] 1/);
  });

  it('files left by the system or an editor change nothing', async () => {
    await run('verify', '1', '--static');
    for (const name of ['.DS_Store', '.main.ts.swp', 'main.ts~'])
      writeFileSync(path('steps/01-app/app', name), 'litter');

    const { stdout } = await run('workshop');
    const { stdout: diff } = await run('diff', '1');

    expect(stdout).toMatch(/content [0-9a-f]{8}$/m);
    expect(diff).not.toMatch(/DS_Store|swp|main\.ts~/);
  });

  it('a folder that Docker made in place of a file hides nothing else', async () => {
    rmSync(path('steps/01-app/app/metrics.ts'));
    mkdirSync(path('steps/01-app/app/metrics.ts'));

    const { stdout, exitCode } = await run('workshop');
    const { stdout: hint } = await run('hint', '1', '--task', '4');

    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/1 .* not begun$/m);
    expect(hint).toContain('app/metrics.ts (a folder, or not yours to read)');
  });

  it('help lists every command', async () => {
    const { stdout, exitCode } = await run('workshop', 'help');

    expect(exitCode).toBe(0);
    expect(stdout).toContain('npm run undo');
  });

  it('runs the command named after it', async () => {
    const { stdout } = await run('workshop', 'hint', '1');

    expect(stdout).toContain('Hint 1 of 3');
  });
});

describe('The progress', () => {
  it('a corrupt file is kept aside and reported, and progress starts over', async () => {
    await run('verify', '1', '--static');
    writeFileSync(progress(), 'verdict: [oh no');

    const { stdout, stderr, exitCode } = await run('workshop');

    const [aside = ''] = readdirSync(path('.workshop/progress'));
    expect(exitCode).toBe(0);
    expect(aside).toMatch(/^01-app\.yaml\.broken-\d+$/);
    expect(readFileSync(progress(aside), 'utf8')).toBe('verdict: [oh no');
    expect(stderr).toContain(aside);
    expect(stdout).toMatch(/1 .* not begun$/m);
  });

  it.each([
    ['01-application.yaml', 'the number'],
    ['07-app.yaml', 'the name'],
  ])('progress of a step called %s before an update is found by %s', async (old) => {
    await run('verify', '1', '--static');
    renameSync(progress(), progress(old));

    const { stdout } = await run('workshop');

    expect(stdout).toMatch(/✗ +1 .* not solved yet$/m);
  });

  it('each step keeps its progress when an update inserts one', async () => {
    await run('verify', '1', '--static');
    await run('verify', '2', '--static');
    renameSync(progress('02-prometheus.yaml'), progress('01-prometheus.yaml'));
    renameSync(progress(), progress('07-app.yaml'));
    const before = readFileSync(progress('07-app.yaml'), 'utf8');

    await run('workshop');

    expect(readFileSync(progress(), 'utf8')).toBe(before);
    expect(existsSync(progress('02-prometheus.yaml'))).toBe(true);
  });

  it('a verdict is shown even where progress cannot be written', async () => {
    // A file where the folder should be.
    writeFileSync(path('.workshop'), '');

    const { stdout, stderr, exitCode } = await run('verify', '1', '--static');

    expect(exitCode).toBe(1);
    expect(stdout).toMatch(/\d+ passed, \d+ failed, \d+ skipped/);
    expect(stderr).toMatch(/could not be kept in .workshop/);
  });

  it('judging another folder leaves the progress alone', async () => {
    await run('verify', '1', '--static', '--solution');

    expect(existsSync(progress())).toBe(false);
  });
});

describe('npm run hint N', () => {
  it('shows one tier at a time, and the last one leads to the solution', async () => {
    const shown: string[] = [];
    for (let times = 0; times < 4; times++) shown.push((await run('hint', '1')).stdout);

    const titles = shown.map((text) => text.match(/^Hint \d of 3: .*$/gm));
    expect(titles).toEqual([
      ['Hint 1 of 3: Nudge'],
      ['Hint 2 of 3: Concept'],
      ['Hint 3 of 3: Almost the code'],
      ['Hint 1 of 3: Nudge', 'Hint 2 of 3: Concept', 'Hint 3 of 3: Almost the code'],
    ]);
    expect(shown[0]).toMatch(/^in steps\/01-app\/app\/Dockerfile:\d+$/m);
    expect(shown[3]).toContain('npm run diff 1');
  });

  it('--again shows nothing new', async () => {
    const before = (await run('hint', '1', '--again')).stdout;
    await run('hint', '1');
    const after = (await run('hint', '1', '--again')).stdout;

    expect(before).toContain('No hint was shown yet.');
    expect(after.match(/^Hint \d/gm)).toEqual(['Hint 1']);
  });

  it('--task chooses the task', async () => {
    const { stdout } = await run('hint', '1', '--task', '3');

    expect(stdout).toMatch(/^Step 1, task 3 of 9: let Docker ask \/healthz/m);
  });

  it('without TODOs, the hint is for the task that the verdict failed', async () => {
    put('solutions');
    const compose = path('steps/01-app/docker-compose.yaml');
    writeFileSync(
      compose,
      readFileSync(compose, 'utf8').replace('127.0.0.1:${APP_PORT', '${APP_PORT'),
    );
    await run('verify', '1', '--static');

    const { stdout } = await run('hint', '1');

    expect(stdout).toMatch(/^Step 1, task 2 of 9: publish the app's port/m);
  });

  it('says so when every task looks done', async () => {
    put('solutions');

    const { stdout } = await run('hint', '1');

    expect(stdout).toMatch(/^Every task of step 1 is done/);
  });

  it('an option that npm has kept for itself works as it was meant', async () => {
    const env = { npm_config_task: 'true', npm_config_again: 'true' };

    const { stdout } = await copy.run(['hint', '1', '3'], env);

    expect(stdout).toMatch(/^Step 1, task 3 of 9/m);
    expect(stdout).toContain('No hint was shown yet.');
  });

  it.each(['12', '0', '1.5', 'abc'])(
    'the unknown task %s lists the tasks and exits with 2',
    async (task) => {
      const { stderr, exitCode } = await run('hint', '1', '--task', task);

      expect(exitCode).toBe(2);
      expect(stderr).toContain(`Step 1 has no task ${task}. Its tasks:`);
      expect(stderr).toMatch(/^ {2}9 {2}on SIGTERM/m);
    },
  );
});

describe('npm run diff N', () => {
  it('TODOs come first, then the files in the order of the lesson', async () => {
    const { stdout } = await run('diff', '1');

    const files = stdout.match(/^(app\/|docker-)\S+$/gm);
    expect(stdout).toMatch(/^Still to do\n {2}app\/Dockerfile:\d+$/m);
    expect(files?.slice(0, 3)).toEqual(['app/Dockerfile', 'docker-compose.yaml', 'app/metrics.ts']);
    expect(stdout).toMatch(/^\+USER node$/m);
    expect(stdout).toMatch(/^next: npm run verify:step-1$/m);
  });

  it('works without a git history', async () => {
    const { stdout } = await run('diff', '1');

    expect(existsSync(path('.git'))).toBe(false);
    expect(stdout).toContain('+USER node');
  });

  it('with two steps, shows what the second adds to the first', async () => {
    const { stdout } = await run('diff', '1', '2');

    expect(stdout).toMatch(/^From step 1, solved \(-\), to step 2, solved \(\+\)$/m);
    expect(stdout).toMatch(/^prometheus\/queries.yaml, only in the second$/m);
    expect(stdout).not.toContain('app/metrics.ts');
  });
});

describe('Bad input', () => {
  it.each([
    [['verfy', '1'], 'There is no command "verfy". The nearest is "verify".'],
    [['workshop', 'hnit'], 'There is no command "hnit". The nearest is "hint".'],
    [['workshop', 'constructor'], 'There is no command "constructor".'],
    [['workshop', 'stop'], 'There is no command "stop".\n\nUsage:'],
    [['reset', '1', '2'], 'There is a word too many: 2'],
    [['docs', 'chekc'], 'There is no command "docs chekc".'],
    [['lessons', 'mkae'], 'There is no command "lessons mkae".'],
    [['hint', '99'], 'There is no step 99. The steps: 01-app, 02-prometheus'],
    [['diff', '1', '99'], 'There is no step 99. The steps: 01-app, 02-prometheus'],
    [['hint', '1', '--tsk', '2'], "Unknown option '--tsk'"],
    [['export-dashboard', '2'], 'There is no Grafana in steps/02-prometheus.'],
    [['export-dashboard', '3'], /Docker engine does not respond|Grafana .* is not running/],
  ])('explains what is wrong with %j, and exits with 2', async (words, message) => {
    const { stderr, exitCode } = await run(...words);

    expect(exitCode).toBe(2);
    expect(stderr).toMatch(message);
    expect(stderr).not.toMatch(/^\s+at /m);
  });
});
