import type { Context, Figures, Part } from './figures.ts';
import { freeMemory, lookAtMachine, whyNotQuiet } from './machine.ts';

export interface BenchOptions extends Omit<Context, 'runs'> {
  /** Default: as many as each part says. */
  runs?: number | undefined;
}

export interface Outcome {
  figures: Figures;
  /** Part → why it was not measured. */
  refused: Record<string, string>;
}

/** Measures one part after another. @param machine replaced only in tests */
export async function runParts(
  parts: Record<string, Part>,
  { runs, ...context }: BenchOptions,
  machine = { look: lookAtMachine, free: freeMemory },
): Promise<Outcome> {
  const outcome: Outcome = { figures: {}, refused: {} };
  for (const [name, part] of Object.entries(parts)) {
    const { say, signal, quick } = context;
    signal.throwIfAborted();
    const free = await machine.free(part.containers);
    if (free < part.memory) {
      const reason = `it needs ${part.memory.toFixed(1)} GB of free memory, and there are ${free.toFixed(1)}`;
      outcome.refused[name] = reason;
      say(`${name}: not measured, because ${reason}`);
      continue;
    }
    const found = await machine.look(part.containers);
    const noise = whyNotQuiet(found);
    const wanted = runs ?? (quick ? 1 : part.runs);
    if (noise) say(`${name}: WARNING: this machine is not quiet: ${noise}`);
    const start = performance.now();
    const measured = await part.measure({ ...context, runs: wanted });
    say(`${name}: measured in ${((performance.now() - start) / 60_000).toFixed(1)} minutes`);
    const date = new Date().toISOString().slice(0, 10);
    outcome.figures[name] = { date, runs: wanted, machine: found, ...measured };
  }
  return outcome;
}
