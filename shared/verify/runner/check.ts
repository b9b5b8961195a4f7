import type { ReplacedFile } from '../../stack/index.ts';
import { readSettings, type StepUnderTest } from '../files/index.ts';

/** One thing that must be true of a solved step. */
export interface Check {
  /** Stable name, for example "prometheus.targets-up". */
  id: string;
  /** The same in plain words, as a fact: "Both targets are up". */
  title: string;
  /**
   * `static` looks at files only; `local` runs the step's own program on this machine, without Docker; `tool` gives the
   * files to a server's own tool, in a container that ends with it; `live` asks the running containers.
   */
  kind: 'static' | 'local' | 'tool' | 'live';
  /** The number of the task in the lesson that it judges; none when it judges what was there before. */
  task?: number;
  /** Ids of earlier checks; when one has not passed, this one is not run, so that one mistake gives one failure. */
  needs?: string[];
  /** When it fails, only the checks that need it are not run. Without this no live check is run. */
  separate?: boolean;
  /** The services that a live check asks. While none of them is touched, its result holds. Default: all of the step. */
  asks?: string[];
  /** Depends on how containers are made, so its result holds also when they only read their files again. */
  ofContainers?: boolean;
  /** Neither changes anything that other checks ask nor depends on it, so it runs while those before it do. */
  concurrent?: boolean;
  /** @throws CheckFailure when it is not true */
  run(step: StepUnderTest): void | Promise<void>;
}

/** One step of the workshop and everything that must be true of it, in the order of the report. */
export interface Step {
  /** The folder's name below steps/ and solutions/: "02-prometheus". */
  id: string;
  title: string;
  /** The services that live checks need; the others are not started. */
  services: string[];
  /** Let Prometheus collect twice a second, or as often as this says, in the containers of a verdict, whatever the file says. */
  quickScrapes?: true | '1s';
  /** Files that the containers of a verdict see in place of the learner's. */
  replaced?(step: StepUnderTest): ReplacedFile[];
  checks: Check[];
}

/** The checks of one topic. What they have in common stands once; each may say otherwise. */
export const defineTopic = (
  common: Pick<Check, 'kind' | 'task' | 'needs' | 'asks'>,
  checks: (Omit<Check, 'kind'> & Partial<Check>)[],
): Check[] => checks.map((check) => ({ ...common, ...check }));

/** One check of several that are run one after the other, until one fails. It has the id and the title of the first. */
export const runInOrder = (first: Check, ...others: Pick<Check, 'run'>[]): Check => ({
  ...first,
  async run(step) {
    for (const check of [first, ...others]) await check.run(step);
  },
});

/** What nearly every step begins with. */
export const composeParses: Check = {
  id: 'compose.parses',
  title: 'The compose file parses and has services',
  kind: 'static',
  run: (step) => void step.compose(),
};

/** What a step begins with whose checks read Prometheus's settings. Stands behind `composeParses`. */
export const prometheusSettings: Check = {
  id: 'prometheus.settings',
  title: "Prometheus's settings are mounted where it reads them, and parse",
  kind: 'static',
  needs: [composeParses.id],
  run: (step) => void readSettings(step, 'prometheus'),
};

/** Gives a step its type, and refuses checks that need something unknown or later. */
export function defineStep(step: Step): Step {
  const known = new Set<string>();
  for (const { id, needs = [] } of step.checks) {
    const unknown = needs.find((need) => !known.has(need));
    if (unknown)
      throw new Error(`${step.id}: ${id} needs ${unknown}, which is not an earlier check`);
    if (known.has(id)) throw new Error(`${step.id}: ${id} is there twice`);
    known.add(id);
  }
  return step;
}
