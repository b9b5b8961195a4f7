export { type AlertRule, alertRule, alertRules, ruleLabels, rulesWith } from './alert-rules.ts';
export { dashboardFiles, type Panel, readDashboards } from './grafana/dashboards.ts';
export { expectHealthcheck } from './healthcheck.ts';
export {
  parseMetrics,
  readRequests,
  readTotalRequests,
  type Sample,
  sendTraffic,
} from './metrics-text.ts';
export { evaluate, onExpressionError, type Series, windowsIn } from './promql.ts';
export { type FiringAlert, firingAlerts, shell, valuesOver, writing } from './promtool.ts';
export {
  type Alert,
  allRoutes,
  endsOf,
  fits,
  type Integration,
  integrationsOf,
  isTrue,
  type Labels,
  labelsOf,
  settingOf,
} from './routing.ts';
export { expectSecretAt, isOfSecrets } from './secret-file.ts';
export {
  expectLoopback,
  expectNamedVolume,
  expectPort,
  expectPublished,
  expectSecretsFirst,
  expectShared,
  expectTogether,
  expectUnshared,
} from './service-checks.ts';
export { filesLike, missingIn, renderMessage, twoAlerts } from './templates.ts';
export { isActive, minutes, settingsAt } from './time-intervals.ts';
