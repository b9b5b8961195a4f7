export {
  type AlertRule,
  alertRule,
  alertRules,
  isSinceStart,
  ruleLabels,
  rulesWith,
  unlike500,
  windowsIn,
  withoutTexts,
} from './alert-rules.ts';
export { dashboardFiles, type Panel, readDashboards } from './grafana/dashboards.ts';
export { expectHealthcheck } from './healthcheck.ts';
export {
  parseMetrics,
  readRequests,
  readTotalRequests,
  type Sample,
  sendTraffic,
} from './metrics-text.ts';
export {
  discovering,
  evaluate,
  type FiringAlert,
  firingAlerts,
  onExpressionError,
  type Series,
  shell,
  TARGET_ADDRESS,
  TARGET_RELABELLING,
  valuesOver,
  writing,
} from './promtool.ts';
export {
  type Alert,
  allRoutes,
  endsOf,
  fits,
  type Integration,
  integrationsOf,
  isFalse,
  isTrue,
  type Labels,
  labelsOf,
  settingOf,
} from './routing.ts';
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
