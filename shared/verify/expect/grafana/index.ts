export { type Dashboard, dashboardFiles, type Panel, readDashboards } from './dashboards.ts';
export { expectDashboardKeys, expectKnownNames, expectProvisioningKeys } from './file-checks.ts';
export {
  containerFolder,
  filesIn,
  hostPath,
  isRecord,
  prometheusSource,
  provisioned,
} from './files.ts';
export {
  askPanels,
  byStatusCode,
  isReadAs,
  type Shown,
  showsMemory,
  showsShare,
  showsSum,
} from './panels.ts';
export { filledIn, knownMetrics, metricsIn, syntaxError, windowsIn } from './queries.ts';
export { atGoodMoment, requestsOfApp, sendKnownTraffic, UNIT } from './traffic.ts';
