import { moreAbout } from '../engine/index.ts';
import type { StepUnderTest } from './step-under-test.ts';

/**
 * `static` looks at files only; `local` runs the step's own program on this machine, without Docker; `live` asks the
 * running containers.
 */
export type CheckKind = 'static' | 'local' | 'live';

/** One thing that must be true of a solved step. */
export interface Check {
  /** Stable name, for example "prometheus.targets-up". */
  id: string;
  /** The same in plain words, as a fact: "Both targets are up". */
  title: string;
  kind: CheckKind;
  /** The number of the task in the lesson that it judges; none when it judges what was there before. */
  task?: number;
  /** Ids of earlier checks; when one has not passed, this one is not run, so that one mistake gives one failure. */
  needs?: string[];
  /** The services that a live check asks. While none of them is touched, its answer holds. Default: all of the step. */
  asks?: string[];
  /** Depends on how containers are made, so its answer holds also when they only read their files again. */
  ofContainers?: boolean;
  /** Neither changes anything that other live checks ask nor depends on it, so it runs while those before it wait. */
  beside?: boolean;
  /** @throws CheckFailure when it is not true */
  run(step: StepUnderTest): void | Promise<void>;
}

/** What a learner needs to act. */
export interface Finding {
  expected: string;
  actual: string;
  /** "prometheus/prometheus.yaml:12", or "prometheus/prometheus.yaml (missing)". */
  where: string;
  /** One or two sentences that name the concept. */
  hint: string;
}

/** A check found the step wrong. */
export class CheckFailure extends Error {
  readonly finding: Finding;

  constructor(finding: Finding) {
    super(`expected ${finding.expected}, actual ${finding.actual} (${finding.where})`);
    this.finding = finding;
  }
}

/** A check cannot be carried out on this machine. It is reported as skipped and counted, never as passed. */
export class CheckSkipped extends Error {
  /** Where Troubleshooting speaks about it. */
  readonly more: string;

  /** @param id stable; the message is listed under it in Troubleshooting */
  constructor(id: string, message: string) {
    super(message);
    this.more = moreAbout('machine', id);
  }
}

/** Ends the check as failed. */
export function fail(finding: Finding): never {
  throw new CheckFailure(finding);
}

/** Ends the check as failed unless the condition holds. */
export function expectThat(condition: unknown, finding: Finding): asserts condition {
  if (!condition) fail(finding);
}

/** One step of the workshop and everything that must be true of it, in the order of the report. */
export interface Step {
  /** The folder's name below steps/ and solutions/: "02-prometheus". */
  id: string;
  title: string;
  /** The services that live checks need; the others are not started. */
  services: string[];
  /** Let Prometheus collect twice a second in the containers of a verdict, whatever the file says. */
  quickScrapes?: boolean;
  checks: Check[];
}

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
