import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { StepUnderTest } from '../files/step-under-test.ts';
import { touchedBy } from './touch.ts';

describe('What a save touches', () => {
  let step: StepUnderTest;
  beforeEach(() => {
    step = new StepUnderTest(mkdtempSync(join(tmpdir(), 'touch-')));
  });
  afterEach(() => rmSync(step.files.directory, { recursive: true }));

  const touched = (mount: string, path: string) => {
    const text = `services:\n  prometheus:\n    volumes: ["${mount}:/etc/prometheus:ro"]\n`;
    writeFileSync(join(step.files.directory, 'docker-compose.yaml'), text);
    return touchedBy(step, ['prometheus'], [path]);
  };

  it.each(['./prometheus', './prometheus/', '.'])(
    'a saved file below the mount %s is read again by its server',
    (mount) => {
      const { up, reload } = touched(mount, 'prometheus/prometheus.yaml');

      expect({ up, reload }).toEqual({ up: false, reload: ['prometheus'] });
    },
  );

  it('a saved file that is mounted alone is seen only by a container that starts again', () => {
    const file = 'prometheus/prometheus.yaml';

    expect(touched(`./${file}`, file)).toEqual({ up: false, reload: [], restart: ['prometheus'] });
  });

  it.each(['./prom', 'prometheus_data'])(
    'a saved file that nobody mounts, as with %s, is a matter for Compose',
    (mount) => {
      const { up, reload } = touched(mount, 'prometheus/prometheus.yaml');

      expect({ up, reload }).toEqual({ up: true, reload: [] });
    },
  );

  it.skipIf(process.platform === 'win32')(
    'a link that leads nowhere does not keep the other files from being hashed',
    () => {
      const before = step.files.contentHash();
      symlinkSync('nowhere', join(step.files.directory, 'link'));

      expect(step.files.contentHash()).toBe(before);
    },
  );
});
