import type { Context, Part, Report } from './figures.ts';
import { freeMemory, lookAtMachine, whyNotQuiet } from './machine.ts';

interface BenchOptions extends Omit<Context, 'runs'> {
  /** Default: as many as each part says. */
  runs?: number | undefined;
}

/** What became of one part: its report, or why there is none. */
export type Outcome = { name: string } & ({ report: Report } | { refused: string });

/**
 * Measures one part after another, and tells of each as soon as it is over.
 *
 * @param machine replaced only in tests
 */
export async function* runParts(
  parts: Record<string, Part>,
  options: BenchOptions,
  machine = { look: lookAtMachine, free: freeMemory },
): AsyncGenerator<Outcome, void> {
  const { say, signal } = options;
  for (const [name, part] of Object.entries(parts)) {
    try {
      const report = await measurePart(name, part, options, machine);
      yield { name, report };
    } catch (error) {
      signal.throwIfAborted();
      const refused = (error as Error).message;
      say(`${name}: not measured: ${refused}`);
      yield { name, refused };
    }
  }
}

/** @throws Error where there is too little memory, or something went wrong that would make the figures wrong */
async function measurePart(
  name: string,
  part: Part,
  { runs, ...context }: BenchOptions,
  { look, free }: { look: typeof lookAtMachine; free: typeof freeMemory },
): Promise<Report> {
  const { say, signal, quick } = context;
  signal.throwIfAborted();
  const available = await free(part.containers);
  if (available < part.memory) {
    const needed = part.memory.toFixed(1);
    throw new Error(`it needs ${needed} GB of free memory, and there are ${available.toFixed(1)}`);
  }
  const machine = await look(part.containers, quick ? 1 : undefined);
  const noise = whyNotQuiet(machine);
  if (noise) say(`${name}: WARNING: this machine is not quiet: ${noise}`);
  const wanted = runs ?? (quick ? 1 : part.runs);
  const start = performance.now();
  const measured = await part.measure({ ...context, runs: wanted });
  say(`${name}: measured in ${((performance.now() - start) / 60_000).toFixed(1)} minutes`);
  return { date: new Date().toISOString().slice(0, 10), runs: wanted, machine, ...measured };
}
