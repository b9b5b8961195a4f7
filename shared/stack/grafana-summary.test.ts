import { describe, expect, it } from 'vitest';
import { type GrafanaKind, grafanaSummary, type Marked } from './grafana-summary.ts';

const test = (kind: GrafanaKind, state: string, against: string, note?: string): Marked => ({
  meta: () => ({ grafana: { kind, against } }),
  result: () => ({ state, note }),
});

describe('The summary of the checks of Grafana', () => {
  it('says which kinds ran, against what, and why one did not', () => {
    const tests = [
      test('Grafana files', 'passed', '@grafana/schema 12.4.11'),
      test('Grafana files', 'failed', '@grafana/schema 12.4.11'),
      test('Grafana itself', 'skipped', 'Grafana', 'its image is not available'),
      { meta: () => ({}), result: () => ({ state: 'passed' }) },
    ];

    expect(grafanaSummary(tests)).toEqual([
      'Checks of Grafana',
      '  Grafana files    1 passed, 1 failed, against @grafana/schema 12.4.11',
      '  Grafana queries  not run',
      '  Grafana itself   1 skipped, its image is not available',
    ]);
  });

  it('says nothing when no test is about Grafana', () => {
    expect(grafanaSummary([{ meta: () => ({}), result: () => ({ state: 'passed' }) }])).toEqual([]);
  });
});
