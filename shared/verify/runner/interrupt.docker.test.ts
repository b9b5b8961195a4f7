import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { describe, expect, it } from 'vitest';
import { docker } from '../../engine/index.ts';
import { ROOT } from '../../root.ts';

const CTRL_C = {
  signal: 'SIGINT',
  everyMs: 0,
  options: [],
  compose: undefined,
  unsaid: /✗|passed,/,
};

describe('npm run verify:step-2', () => {
  it.each([
    { ...CTRL_C, how: 'Ctrl-C is pressed' },
    { ...CTRL_C, how: 'Ctrl-C is pressed again and again', everyMs: 100 },
    {
      how: 'the terminal is closed, with --keep and a compose file that is broken by now',
      signal: 'SIGHUP',
      everyMs: 0,
      options: ['--keep'],
      compose: 'services: [',
      unsaid: /passed,/,
    },
  ])(
    'gives no verdict and leaves nothing when $how while a check asks the containers',
    async (end) => {
      const home = mkdtempSync(join(tmpdir(), 'interrupt-'));
      const folder = join(home, '02-prometheus');
      cpSync(join(ROOT, 'solutions/02-prometheus'), folder, { recursive: true });
      const args = ['--import', 'tsx', 'shared/cli.ts', 'verify', '2', '--dir', folder];
      const running = execa(process.execPath, [...args, ...end.options], {
        cwd: ROOT,
        reject: false,
        detached: true,
      });
      // It reaches every program of the terminal.
      const press = () => process.kill(-Number(running.pid), end.signal);
      let again: NodeJS.Timeout | undefined;
      running.stdout.on('data', (part) => {
        if (again || !/✓ The containers start and become healthy/.test(part)) return;
        if (end.compose) writeFileSync(join(folder, 'docker-compose.yaml'), end.compose);
        press();
        if (end.everyMs) again = setInterval(press, end.everyMs);
      });
      running.once('exit', () => clearInterval(again));

      const { exitCode, stdout, stderr } = await running;
      rmSync(home, { recursive: true });

      expect(exitCode).toBe(130);
      expect(stderr).toContain('Everything that was started is removed');
      expect(stdout).not.toMatch(end.unsaid);
      const label = `label=com.docker.compose.project.working_dir=${folder}`;
      expect(await docker(['ps', '--all', '--quiet', '--filter', label])).toBe('');
    },
  );
});
