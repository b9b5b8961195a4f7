import { moreAbout, SKIPS } from '../../engine/index.ts';

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
  readonly task: number | undefined;

  /** @param task the one to blame, where it is another than the check's own */
  constructor(finding: Finding, task?: number) {
    super(`expected ${finding.expected}, actual ${finding.actual} (${finding.where})`);
    this.finding = finding;
    this.task = task;
  }
}

/** A check cannot be carried out on this machine. It is reported as skipped and counted, never as passed. */
export class CheckSkipped<Id extends keyof typeof SKIPS> extends Error {
  /** Where Troubleshooting speaks about it. */
  readonly more: string;

  /** @param details what the catalogue's text about this reason leaves open */
  constructor(id: Id, ...details: Parameters<(typeof SKIPS)[Id]>) {
    super((SKIPS[id] as (...details: unknown[]) => string)(...details));
    this.more = moreAbout('machine', id);
  }
}

/** A value as it is written: a text that reads like another kind of value is called one. */
export function describeValue(value: unknown): string {
  if (typeof value === 'object' && value !== null) return JSON.stringify(value);
  const isMistakable =
    typeof value === 'string' && /^(true|false|yes|no|on|off|null|~|[-+.\d]+|)$/i.test(value);
  return isMistakable ? `the text "${value}", in quotes` : String(value);
}

export function fail(finding: Finding, task?: number): never {
  throw new CheckFailure(finding, task);
}

/** Ends the check as failed unless the condition holds. */
export function expectThat(condition: unknown, finding: Finding): asserts condition {
  if (!condition) fail(finding);
}

/** Undefined where something is not as it must be, which another check says. */
export function orNone<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}
