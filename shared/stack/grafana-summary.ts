import type { TestContext } from 'vitest';

/** Grafana is checked in three ways, and a machine may be able to do only some of them. */
const KINDS = ['Grafana files', 'Grafana queries', 'Grafana itself'] as const;
export type GrafanaKind = (typeof KINDS)[number];

declare module 'vitest' {
  interface TaskMeta {
    grafana?: { kind: GrafanaKind; against: string };
  }
}

/** What the summary looks at in a test. */
export interface Marked {
  meta(): TestContext['task']['meta'];
  result(): { state: string; note?: string | undefined };
}

/** Marks a test as one of a kind. @param against what it compares with, and in which version */
export function countAs({ task }: TestContext, kind: GrafanaKind, against: string): void {
  task.meta.grafana = { kind, against };
}

/** For each kind how many were tried, and against what. Empty when no such test was asked for. */
export function grafanaSummary(tests: Marked[]): string[] {
  const marked = tests.filter((test) => test.meta().grafana);
  if (marked.length === 0) return [];
  const lines = KINDS.map((kind) => {
    const own = marked.filter((test) => test.meta().grafana?.kind === kind);
    const [counts, against] = own.length ? describe(own) : ['not run', ''];
    return `  ${kind.padEnd(15)}  ${counts}${against && `, ${against}`}`;
  });
  return ['Checks of Grafana', ...lines];
}

function describe(tests: Marked[]): [counts: string, against: string] {
  const counts = ['passed', 'failed', 'skipped'].flatMap((state) => {
    const count = tests.filter((test) => test.result().state === state).length;
    return count ? [`${count} ${state}`] : [];
  });
  const ran = tests.filter((test) => test.result().state !== 'skipped');
  const against = [...new Set(ran.map((test) => test.meta().grafana?.against))];
  const reasons = [...new Set(tests.map((test) => test.result().note))].filter(Boolean);
  const parts = [against.length && `against ${against.join(' and ')}`, ...reasons];
  return [counts.join(', '), parts.filter(Boolean).join(', ')];
}
