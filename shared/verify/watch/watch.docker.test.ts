import { readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { docker } from '../../engine/index.ts';
import { ROOT } from '../../root.ts';
import { EDITOR_ENV, marksIn } from './test-editor.ts';
import { Watching } from './test-watching.ts';

/** Titles whose line says that the earlier result holds. */
const asBefore = (text: string) =>
  [...text.matchAll(/✓ (.*?) +as before$/gm)].map(([, title]) => title);

/** The ids of those that run, or of `--all`, one a line. */
const containersOf = (folder: string, ...options: string[]) => {
  const label = `label=com.docker.compose.project.working_dir=${folder}`;
  return docker(['ps', ...options, '--quiet', '--filter', label]);
};

const STARTED = 'The containers start and become healthy';
const HISTORY = 'The history survives a new container';

/** A busy machine starts a service slowly. */
const SLOW = 'await new Promise((wake) => setTimeout(wake, 12_000));';

describe('npm run watch 1', () => {
  it('marks the line of TypeScript in the editor, as soon as the app was asked', async () => {
    await using watching = new Watching('01-app', [], EDITOR_ENV);
    const file = join(watching.folder, 'app/metrics.ts');
    const text = readFileSync(file, 'utf8');
    const line = text.split('\n').findIndex((words) => words.includes('requests.inc(')) + 1;

    const before = marksIn((await watching.verdict()).text);
    writeFileSync(file, text.replace("labelNames: ['method', ", "labelNames: ['verb', "));
    const { text: output } = await watching.verdict();
    // The same before the checks that follow are done.
    const early = marksIn(output.slice(0, output.indexOf(' still asking …')));
    writeFileSync(file, text.replace('\nexport { register }', '\nexport { registr }'));
    const { text: refused } = await watching.verdict();

    expect(before).toEqual({ marks: [], isActive: false });
    for (const { marks } of [early, marksIn(output)])
      expect(marks.map(({ file, line }) => [resolve(ROOT, file), line])).toContainEqual([
        file,
        line,
      ]);
    // What the compiler says is marked before the container is asked.
    expect(refused.indexOf(' ✗ TS')).toBeGreaterThan(0);
    expect(refused.indexOf(' ✗ TS')).toBeLessThan(refused.indexOf(`✗ ${STARTED}`));
  });
});

describe('npm run watch 2', () => {
  it('judges again only what a save can have changed, and leaves nothing on Ctrl-C', async () => {
    await using watching = new Watching('02-prometheus');
    const edit = (path: string, from: string, to: string) => {
      const file = join(watching.folder, path);
      writeFileSync(file, readFileSync(file, 'utf8').replace(from, to));
    };

    const first = await watching.verdict();
    const left = await containersOf(watching.folder);
    edit('prometheus/prometheus.yaml', 'job_name: web', 'job_name: web\n    metrics_path: /metric');
    const wrongPath = await watching.verdict();
    edit('prometheus/prometheus.yaml', '    metrics_path: /metric\n', '');
    const fixed = await watching.verdict();
    edit('app/main.ts', 'const server', `${SLOW}\nconst server`);
    const slowApp = await watching.verdict();
    edit('app/main.ts', SLOW, 'throw new Error("broken");');
    const brokenApp = await watching.verdict();
    edit('app/main.ts', 'throw new Error("broken");', '');
    const fixedApp = await watching.verdict();
    edit('README.md', '# 2', '# Two');
    const nothing = await watching.verdict();
    edit('docker-compose.yaml', 'mem_limit: 512m', 'mem_limit: 500m');
    const newContainers = await watching.verdict();
    edit('app/Dockerfile', 'USER node', 'USER node\nRUN false');
    const cannotBeBuilt = await watching.verdict();
    edit('docker-compose.yaml', 'mem_limit: 500m', 'mem_limit: 501m');
    const stillNot = await watching.verdict();
    const exitCode = await watching.stop();
    const after = await containersOf(watching.folder, '--all');

    expect(first.text).toContain(' 0 failed');
    expect(asBefore(first.text)).toEqual([]);
    expect(left).not.toBe('');
    expect(wrongPath.text).toContain('/metric: server returned HTTP status 404');
    expect(fixed.text).toContain(' 0 failed');
    expect(asBefore(fixed.text)).toEqual([STARTED, HISTORY]);
    expect(slowApp.text).toContain(' 0 failed');
    expect(asBefore(slowApp.text)).toContain(STARTED);
    expect(brokenApp.text).toContain(`✗ ${STARTED}`);
    expect(brokenApp.text).toContain('Error: broken');
    expect(fixedApp.text).toContain(' 0 failed');
    expect(nothing.text).not.toMatch(/ [1-9]\d*\.\d s$/m);
    expect(asBefore(nothing.text).length).toBeGreaterThan(5);
    expect(newContainers.text).toContain(' 0 failed');
    expect(asBefore(newContainers.text)).not.toContain(HISTORY);
    expect(cannotBeBuilt.text).toContain(`✗ ${STARTED}`);
    expect(stillNot.text).toContain(`✗ ${STARTED}`);
    expect(exitCode).toBe(0);
    expect(after).toBe('');
  });
});
