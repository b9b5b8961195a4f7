import { expect, it } from 'vitest';
import { canFail } from './healthcheck.ts';

it.each([
  'wget -q --spider http://127.0.0.1:9090/-/ready',
  'wget -q http://127.0.0.1:9090/-/ready || exit 1',
  'curl -f localhost:3000/api/health || false',
  'wget -q x && echo fine || exit 1',
  'wget -q x && echo fine || { echo broken; exit 1; }',
  'wget -qO- x | grep -q ok',
  'echo looking; wget -q x',
  'wget -q x; exit $?',
  `sh -c 'echo "a || true"; wget x'`,
  'if wget -q x; then exit 0; else exit 1; fi',
  'true && wget -q x',
  '! wget -q x',
])('a healthcheck can fail: %s', (line) => {
  expect(canFail(line)).toBe(true);
});

it.each([
  'exit 0',
  'true',
  ':',
  'wget -q x || exit 0',
  'wget -q x || true',
  'wget -q x || :',
  'wget -q x; true',
  'wget -q x; exit 0',
  'wget -q x\nexit 0',
  'wget -q x && echo fine || echo broken',
  '(wget -q x) || exit 0',
  'wget -q x || echo "exit 1"',
  'wget -q x | cat',
  'wget -q x & ',
  'echo ok',
  'prometheus --version',
])('a healthcheck cannot fail: %s', (line) => {
  expect(canFail(line)).toBe(false);
});
