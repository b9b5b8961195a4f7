export * from './alert-rules.ts';
export {
  dashboardFiles,
  dashboardPaths,
  type Panel,
  readDashboards,
} from './grafana/dashboards.ts';
export { expectHealthcheck } from './healthcheck.ts';
export {
  parseMetrics,
  readRequests,
  readTotalRequests,
  type Sample,
  sendTraffic,
  waitFor,
  waitOrLook,
} from './metrics-text.ts';
export {
  discovering,
  evaluate,
  type FiringAlert,
  firingAlerts,
  onExpressionError,
  type Played,
  type Series,
  shell,
  TARGET_ADDRESS,
  TARGET_RELABELLING,
  valuesOver,
  writing,
} from './promtool.ts';
export * from './routing.ts';
export * from './service-checks.ts';
export * from './templates.ts';
