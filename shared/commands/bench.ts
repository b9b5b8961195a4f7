import { parseArgs } from 'node:util';
import { asJson, type Commands, ROOT, refuse } from './command.ts';

const boolean = { type: 'boolean' } as const;
const OPTIONS = {
  json: boolean,
  write: boolean,
  quick: boolean,
  runs: { type: 'string' },
} as const;

/** For maintainers: measures what the pages say about time. Exits with 2 when a part cannot be measured here. */
export const benchCommands: Commands = {
  async bench(args, signal) {
    const { values, positionals } = parseArgs({ args, options: OPTIONS, allowPositionals: true });
    const { json = false, write = false, quick = false, runs } = values;
    const { complete, describePart, PARTS, runParts, writeFigures } = await import(
      '../bench/index.ts'
    );
    const unknown = positionals.find((name) => !Object.hasOwn(PARTS, name));
    if (unknown)
      return refuse(`There is no part "${unknown}". The parts: ${Object.keys(PARTS).join(', ')}`);
    if (runs !== undefined && !(Number.isInteger(Number(runs)) && Number(runs) > 0))
      return refuse(`--runs is a whole number above 0, and not ${runs}`);
    if (quick && write) return refuse('--quick measures nothing that may stand on a page');

    const wanted = Object.entries(PARTS).filter(
      ([name]) => positionals.length === 0 || positionals.includes(name),
    );
    const [parts, refused]: [Record<string, object>, Record<string, string>] = [{}, {}];
    const say = (line: string): void => console.error(line);
    const options = { quick, signal, say, runs: runs === undefined ? undefined : Number(runs) };
    for await (const outcome of runParts(Object.fromEntries(wanted), options)) {
      const { name } = outcome;
      const part = PARTS[name];
      if ('refused' in outcome || !part) {
        refused[name] = 'refused' in outcome ? outcome.refused : '';
        continue;
      }
      const { report } = outcome;
      parts[name] = complete(report, part);
      if (!json) console.log(describePart(name, report, part));
      if (write) say(`files written: ${writeFigures(ROOT, { [name]: report }, PARTS).length}`);
    }
    const ok = Object.keys(refused).length === 0;
    if (json) console.log(asJson({ ok, refused, parts }));
    return ok ? 0 : 2;
  },
};
