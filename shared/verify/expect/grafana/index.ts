export {
  type Dashboard,
  dashboardFiles,
  dashboardPaths,
  listIn,
  type Panel,
  readDashboards,
  records,
} from './dashboards.ts';
export * from './file-checks.ts';
export { nearest } from './format.ts';
export { isOldType, PANEL_TYPES } from './older.ts';
export {
  containerFolder,
  filesIn,
  grafanaService,
  prometheusSource,
  provisioned,
} from './provisioning.ts';
export * from './queries.ts';
export * from './real-grafana.ts';
export * from './traffic.ts';
