export { type AlertRule, alertRule, alertRules } from './alert-rules.ts';
export { parseMetrics, type Sample } from './metrics-text.ts';
export { type FiringAlert, firingAlerts, shell } from './promtool.ts';
export {
  addressHint,
  expectHealthcheck,
  expectPort,
  expectSecretsFirst,
  expectShared,
} from './service-checks.ts';
