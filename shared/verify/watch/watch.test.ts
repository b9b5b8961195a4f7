import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { Watching } from './test-watching.ts';

describe('npm run watch N -- --static', () => {
  it('When a file is saved, then it is judged anew, with the content hash, and mended it is right again', async () => {
    await using watching = new Watching('02-prometheus', '--static');
    const file = join(watching.folder, 'prometheus/prometheus.yaml');
    const text = readFileSync(file, 'utf8');

    const before = await watching.verdict();
    writeFileSync(file, text.replace('scrape_interval: 5s', 'scrape_interval: 5'));
    const broken = await watching.verdict();
    writeFileSync(file, text);
    const mended = await watching.verdict();

    expect(before.text).toContain(' 0 failed');
    expect(broken.text).toMatch(/✗ Prometheus collects and evaluates every 5 seconds/);
    expect(broken.text).toContain(' 1 failed');
    expect(mended.text).toContain(' 0 failed');
    expect(broken.hash).not.toBe(before.hash);
    expect(mended.hash).toBe(before.hash);
  });

  it('When a file is deleted, and then made again, then both are judged', async () => {
    await using watching = new Watching('02-prometheus', '--static');
    const file = join(watching.folder, 'prometheus/queries.yaml');
    const text = readFileSync(file, 'utf8');

    await watching.verdict();
    rmSync(file);
    const without = await watching.verdict();
    writeFileSync(file, text);
    const again = await watching.verdict();

    expect(without.text).toContain('prometheus/queries.yaml (missing)');
    expect(again.text).toContain(' 0 failed');
  });

  it.skipIf(process.platform === 'win32')(
    'When Ctrl-C is pressed, then it ends with 0',
    async () => {
      await using watching = new Watching('02-prometheus', '--static');
      await watching.verdict();

      expect(await watching.stop()).toBe(0);
    },
  );
});
