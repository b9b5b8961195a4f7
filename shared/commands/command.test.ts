import { expect, it } from 'vitest';
import { withNpmOptions } from './command.ts';
import { usage } from './usage.ts';

it('every option of every command is known, however npm hands it on', () => {
  // One that npm has too may be on for all that it does.
  const own = [...usage().matchAll(/--([a-z]+)/g)].flatMap(([, name = '']) =>
    name === 'json' ? [] : name,
  );

  const lost = own.filter(
    (name) => withNpmOptions([], { [`npm_config_${name}`]: 'x' }).length === 0,
  );

  expect(own.length).toBeGreaterThan(15);
  expect(lost).toEqual([]);
});
