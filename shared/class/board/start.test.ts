import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { explainDockerError } from '../../engine/index.ts';
import { ROOT } from '../../root.ts';

/** The ports of this machine that a compose file publishes: variable → port. */
const publishedBy = (file: string): [string, string][] =>
  [...readFileSync(join(ROOT, file), 'utf8').matchAll(/\$\{(\w+_PORT):-(\d+)\}:/g)].map(
    ([, variable = '', port = '']) => [variable, port],
  );
const BOARD = publishedBy('shared/class/board/stack/docker-compose.yaml');

it('The board and any step have no port in common, so they run side by side', () => {
  const steps = readdirSync(join(ROOT, 'solutions')).flatMap((step) =>
    publishedBy(join('solutions', step, 'docker-compose.yaml')),
  );
  const taken = new Set(steps.map(([, port]) => port));

  expect([BOARD.length, taken.size > BOARD.length]).toEqual([5, true]);
  expect(BOARD.filter(([, port]) => taken.has(port))).toEqual([]);
});

it.each(BOARD)(
  'When the port of %s is taken, the message says how to move it',
  (variable, port) => {
    const words = `Bind for 127.0.0.1:${port} failed: port is already allocated`;

    const { next } = explainDockerError(words, 'docker compose up');

    expect(next).toContain(`${variable}=${Number(port) + 10_000}`);
    expect(next).toContain('npm run class board');
  },
);
