// What the app's answers and errors lead to: the line that is to blame, not the one where it was seen.
import { type Finding, fail, type StepUnderTest } from '../../verify/files/index.ts';
import type { Answer } from './ask-app.ts';
import { APP, findFirst, findInSources, METRICS, sourcesOf } from './paths.ts';

/** What is known about an error of prom-client's, from its message; nothing about any other. */
export function explainError({ files }: StepUnderTest, message: string): Partial<Finding> {
  if (/not included in initial labelset/.test(message))
    return { hint: 'Declare every label that you use in labelNames, under the same name.' };
  const [, name] = message.match(/metric with the name (\w+) has already been registered/) ?? [];
  if (!name) return {};
  const pattern = /^(process|nodejs)_/.test(name)
    ? /\bcollectDefaultMetrics\(/
    : new RegExp(`\\bname: ['"\`]${name}['"\`]|\\bnew Counter\\b`);
  // Of two places the one outside of the metrics' own file is one too many.
  const others = files.exists('app') ? sourcesOf(files) : [];
  const place = findFirst(
    files,
    [APP, ...others.filter((path) => path !== METRICS), METRICS],
    pattern,
  );
  return {
    where: place ?? METRICS,
    hint: 'A metric is made once, when the program starts, outside of any function. Inside a middleware or a handler it is made again with each request, and the registry takes a name only once.',
  };
}

/**
 * Ends the check, by an answer that is not the route's own: something answers in its place, or it has failed.
 *
 * @param expected what the route answers
 * @param otherwise what to say where nothing better is known
 * @param log what the app has written to standard error; default: that of its container
 */
export async function failByAnswer(
  step: StepUnderTest,
  { status, location, body }: Pick<Answer, 'status' | 'location' | 'body'>,
  expected: string,
  otherwise: Pick<Finding, 'where' | 'hint'>,
  log?: string,
): Promise<never> {
  const find = (pattern: RegExp) => findInSources(step.files, pattern);
  const actual = `${status} ${body.slice(0, 100)}`;
  if (location !== null)
    return fail({
      expected,
      actual: `${status}, a redirect to ${location.replace(/:\d+(?=\/|$)/, '')}`,
      where: find(/\.redirect\(|\blocation\b/i) ?? otherwise.where,
      hint: 'A middleware above the routes responds in their place. Nothing speaks https here: in production, what stands before the app does that.',
    });
  if (status >= 500) {
    const stderr = log ?? (await step.stack.logs('app')).stderr;
    const [, error] = [...stderr.matchAll(/^[A-Z]+ \S+ failed: (.*)$/gm)].at(-1) ?? [];
    return fail({
      expected,
      actual: error ? `${actual}\nThe log says: ${error.slice(0, 300)}` : actual,
      ...otherwise,
      ...(error && placeOfError(find, error)),
      ...explainError(step, error ?? ''),
    });
  }
  const place = status === 200 ? undefined : find(new RegExp(`\\b${status}\\b`));
  if (place && (status !== 404 || isAbove(place, otherwise.where)))
    return fail({ expected, actual, where: place, hint: ABOVE });
  const hint =
    status === 404
      ? 'No route fits this path. Look for a typo in it, and for a router that is mounted below another path.'
      : otherwise.hint;
  return fail({ expected, actual, where: otherwise.where, hint });
}

const ABOVE =
  'A middleware above the routes responds in their place. Express asks its handlers in the order in which they are registered.';

/** Both are "file:line", of the same file. */
function isAbove(place: string, other: string): boolean {
  const [[file, line], [otherFile, otherLine]] = [place.split(':'), other.split(':')];
  return file === otherFile && Number(line) < Number(otherLine);
}

/** An error of JavaScript's own mostly names what it is about. */
function placeOfError(
  find: (pattern: RegExp) => string | undefined,
  error: string,
): Partial<Finding> {
  const [, name] =
    error.match(/^(?:Cannot \w+ \w+ of \w+ \(reading ')?([\w.$]+)(?:'\)| is not )/) ?? [];
  const where =
    name && find(new RegExp(`(?<![\\w$])${name.replaceAll(/[.$]/g, '\\$&')}(?![\\w$])`));
  return where
    ? {
        where,
        hint: 'The handlers of Express are called with each request, and what one of them throws is answered with 500.',
      }
    : {};
}
