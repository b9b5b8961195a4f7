import { readAlertTiming } from './alert-timing.ts';
import type { alertmanagerClient } from './alertmanager.ts';
import type { prometheusClient } from './prometheus.ts';

/** One alert on its way, as the running servers tell it. Moments are by the containers' clock, in seconds since 1970. */
export function alertJourney(
  prometheus: ReturnType<typeof prometheusClient>,
  alertmanager: ReturnType<typeof alertmanagerClient>,
  name: string,
) {
  /** What the rule asks; empty where there is no such rule. */
  const expression = async () => {
    const rules = (await prometheus.ruleGroups()).flatMap((group) => group.rules);
    return rules.find((rule) => rule.name === name)?.query ?? '';
  };
  return {
    expression,
    /** Everything that decides how long it takes. */
    timing: () => readAlertTiming(prometheus, alertmanager, name),
    /** Its state, and since when its expression has been true. */
    state: async () => {
      const alert = (await prometheus.alerts()).find(({ labels }) => labels.alertname === name);
      const activeAt = alert && Date.parse(alert.activeAt) / 1_000;
      return { state: alert?.state ?? ('inactive' as const), activeAt };
    },
    /** When its expression became true: the last moment between these two when it was still false. */
    crossedAt: async (start: number, end: number) => {
      const question = await expression();
      const moment = await prometheus.becameTrue(question, start, end);
      if (moment === undefined)
        throw new Error(`Prometheus has no sample for which holds: ${question}`);
      return moment;
    },
  };
}
