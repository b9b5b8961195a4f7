import { type Panel, readDashboards } from '../../verify/expect/grafana/index.ts';
import { alertRules } from '../../verify/expect/index.ts';
import { expectThat, type StepUnderTest } from '../../verify/files/index.ts';

/**
 * A panel that names an alert in its title or description, and has thresholds, draws the alert's own.
 *
 * @throws CheckFailure at the first threshold that differs
 */
export function expectThresholds(step: StepUnderTest): void {
  const panels = readDashboards(step).flatMap((dashboard) => dashboard.panels);
  for (const rule of alertRules(step)) {
    const [, limit] = String(rule.get('expr')).match(/[<>]=?\s*(-?[\d.]+)\s*$/) ?? [];
    if (limit === undefined) continue;
    for (const panel of panels.filter((it) => names(it, rule.name))) {
      const drawn = thresholdsOf(panel);
      expectThat(drawn.length === 0 || drawn.includes(Number(limit)), {
        expected: `${Number(limit)} in "${panel.title}", as in ${rule.name} (${rule.where('expr')})`,
        actual: `${drawn.join(' and ')}`,
        where: panel.where('fieldConfig', 'defaults', 'thresholds', 'steps', drawn.length, 'value'),
        hint: 'A line that people take for the alert must be where the alert fires. Whoever changes the rule changes the panel, too.',
      });
    }
  }
}

const names = ({ title, value }: Panel, alert: string): boolean =>
  new RegExp(`\\b${alert}\\b`).test(`${title} ${value.description ?? ''}`);

/** The first step of a list has no value: it begins at minus infinity. */
function thresholdsOf({ value }: Panel): number[] {
  const { defaults } = (value.fieldConfig ?? {}) as {
    defaults?: { thresholds?: { steps?: { value?: number | null }[] } };
  };
  return (defaults?.thresholds?.steps ?? []).flatMap((step) => step.value ?? []);
}
