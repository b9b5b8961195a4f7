import { existsSync, readdirSync } from 'node:fs';
import { fail } from '../files/index.ts';
import type { Check } from './check.ts';

/** First of all: is there anything to judge? */
export function folderIsThere(id: string): Check {
  return {
    id: 'step.folder',
    title: "The step's folder is there",
    kind: 'static',
    run({ files: { directory } }) {
      const missing = !existsSync(directory);
      if (!missing && readdirSync(directory).length > 0) return;
      fail({
        expected: `the files of step ${id}`,
        actual: missing ? 'no such folder' : 'an empty folder',
        where: missing ? `${directory} (missing)` : directory,
        hint: `Get the step back with: git restore steps/${id}`,
      });
    },
  };
}
