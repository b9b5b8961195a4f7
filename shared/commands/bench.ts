import { parseArgs } from 'node:util';
import { asJson, type Commands, ROOT } from './command.ts';

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
    const { figures, refused } = await runParts(Object.fromEntries(wanted), {
      ...{ quick, signal, say: (line: string) => console.error(line) },
      runs: runs === undefined ? undefined : Number(runs),
    });
    const measured = wanted.flatMap(([name, part]) =>
      figures[name] ? [{ name, part, report: figures[name] }] : [],
    );
    if (json) {
      const parts = measured.map(({ name, part, report }) => [name, complete(report, part)]);
      console.log(
        asJson({
          ok: Object.keys(refused).length === 0,
          refused,
          parts: Object.fromEntries(parts),
        }),
      );
    } else
      for (const { name, report, part } of measured) console.log(describePart(name, report, part));
    if (write)
      for (const path of writeFigures(ROOT, figures, PARTS)) console.error(`written: ${path}`);
    return Object.keys(refused).length === 0 ? 0 : 2;
  },
};

function refuse(problem: string): number {
  console.error(problem);
  return 2;
}
