export { type AlertRule, alertRule, alertRules, ruleLabels } from './alert-rules.ts';
export { dashboardFiles, type Panel, readDashboards } from './grafana/dashboards.ts';
export { parseMetrics, type Sample } from './metrics-text.ts';
export { evaluate, onExpressionError, type Series, windowsIn } from './promql.ts';
export { type FiringAlert, firingAlerts, shell } from './promtool.ts';
export {
  addressHint,
  expectHealthcheck,
  expectNamedVolume,
  expectPort,
  expectPublished,
  expectSecretsFirst,
  expectShared,
} from './service-checks.ts';
export { readRequests, readTotalRequests, sendTraffic } from './traffic.ts';
