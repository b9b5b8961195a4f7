import { parseArgs } from 'node:util';
import { checkTarget } from './target.ts';

/** The load to send. */
export interface LoadOptions {
  /** Address that gets every request, such as http://127.0.0.1:8080 */
  target: string;
  /** Connections that send side by side. */
  connections: number;
  /** Whole seconds. */
  duration: number;
  /** Requests per second, all connections together. A multiple of `connections`. */
  rate: number;
}

export interface CommandOptions extends LoadOptions {
  /** Share of the requests that may fail, from 0 to 1. */
  maxErrors: number;
}

// Why 60 seconds. rate(…[30s]) is above 20/s as soon as 20/50 of its window holds the load: 30 s × 20 / 50 = 12 s.
// Then scrape 5 s + evaluation 5 s + `for` 10 s + group_wait 5 s: the message comes after 37 s at the latest.
const DEFAULTS = {
  target: 'http://127.0.0.1:8080',
  connections: '10',
  duration: '60',
  rate: '50',
  'max-errors': '0.01',
};

export const HELP = `Sends HTTP GET requests at a steady rate, and says how they went.

  --target URL            address that gets the load        (${DEFAULTS.target})
  --connections NUMBER    connections side by side          (${DEFAULTS.connections})
  --duration SECONDS      how long                          (${DEFAULTS.duration})
  --rate NUMBER           requests per second, in total     (${DEFAULTS.rate})
  --max-errors SHARE      share that may fail, 0 to 1       (${DEFAULTS['max-errors']})
  --allow-foreign-target  the target's owner has agreed
  --help                  this text

Exit codes: 0 fine, 1 too many requests failed, 2 could not run, 130 stopped by Ctrl-C`;

/**
 * Reads the words after the command's name.
 *
 * @returns `help` when the person asks for it, whatever else is given
 * @throws Error that says which option was given, and what was expected
 */
export function readOptions(words: string[]): CommandOptions | 'help' {
  const { values } = parseArgs({
    args: words,
    options: {
      target: { type: 'string', default: DEFAULTS.target },
      connections: { type: 'string', default: DEFAULTS.connections },
      duration: { type: 'string', default: DEFAULTS.duration },
      rate: { type: 'string', default: DEFAULTS.rate },
      'max-errors': { type: 'string', default: DEFAULTS['max-errors'] },
      'allow-foreign-target': { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) return 'help';

  checkTarget(values.target, values['allow-foreign-target']);
  const options = {
    target: values.target,
    connections: wholeNumber('--connections', values.connections, 1_000, 'connections'),
    duration: wholeNumber('--duration', values.duration, 3_600, 'seconds'),
    rate: wholeNumber('--rate', values.rate, 10_000, 'requests per second'),
    maxErrors: share('--max-errors', values['max-errors']),
  };
  checkEvenShare(options);
  return options;
}

// #region task: refuse an option that is not a number in its range, and say what was expected
// #starter function wholeNumber(_name: string, text: string, _most: number, _unit: string): number {
// #starter   return Number(text);
// #starter }
// #starter
// #starter function share(_name: string, text: string): number {
// #starter   return Number(text);
// #starter }
function wholeNumber(name: string, text: string, most: number, unit: string): number {
  const number = Number(text);
  if (/^\d+$/.test(text) && number >= 1 && number <= most) return number;
  throw new Error(`${name} ${text}: expected a whole number from 1 to ${most} (${unit})`);
}

function share(name: string, text: string): number {
  const number = Number(text);
  if (/^[\d.]+$/.test(text) && number >= 0 && number <= 1) return number;
  throw new Error(
    `${name} ${text}: expected a share from 0 to 1, such as 0.01 for one in a hundred`,
  );
}
// #endregion

/** Each connection sends the same number of requests in each second, and at least one. */
function checkEvenShare({ rate, connections }: LoadOptions): void {
  if (rate % connections === 0) return;
  const nextMultiple = Math.ceil(rate / connections) * connections;
  throw new Error(
    `--rate ${rate}: expected a multiple of --connections ${connections}, ` +
      `so that every connection sends the same. Try --rate ${nextMultiple}, or --connections 1`,
  );
}
