export {
  type Dashboard,
  dashboardFiles,
  listIn,
  type Panel,
  readDashboards,
  records,
} from './dashboards.ts';
export { expectDashboardKeys, expectKnownNames, expectProvisioningKeys } from './file-checks.ts';
export { nearest } from './format.ts';
export { isOldType, PANEL_TYPES } from './older.ts';
export {
  containerFolder,
  filesIn,
  grafanaService,
  prometheusSource,
  provisioned,
} from './provisioning.ts';
export {
  ask,
  expectMetrics,
  expectUnderstood,
  filledIn,
  knownMetrics,
  metricsIn,
  readQueries,
  syntaxError,
} from './queries.ts';
export {
  expectDashboardsServed,
  expectNumbersInGrafana,
  provisioningErrors,
} from './real-grafana.ts';
export { atGoodMoment, BURST, sendBursts, sendKnownTraffic, UNIT } from './traffic.ts';
