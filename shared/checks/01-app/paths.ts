import type { StepFiles } from '../../verify/files/index.ts';

// Where the lesson's program is written.
export const APP = 'app/create-app.ts';
export const METRICS = 'app/metrics.ts';

/** The app's own TypeScript. */
export const sourcesOf = (files: StepFiles): string[] =>
  files.all('app').filter((path) => path.endsWith('.ts'));

/** "app/main.ts:12" of the first of these files that has such a line; undefined when none has. */
export const findFirst = (files: StepFiles, paths: string[], pattern: RegExp): string | undefined =>
  paths.map((path) => files.find(path, pattern)).find((place) => /:\d/.test(place));

/** The same, of any of the app's own TypeScript. */
export const findInSources = (files: StepFiles, pattern: RegExp): string | undefined =>
  findFirst(files, sourcesOf(files), pattern);
