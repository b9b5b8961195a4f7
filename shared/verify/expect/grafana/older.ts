import { isRecord } from '../../files/index.ts';
import type { Json } from './dashboards.ts';

// What older Grafanas wrote into dashboards. Grafana 12 migrates or ignores it, so it is no mistake: DashboardMigrator
// and PanelModel, in grafana/grafana below public/app/features/dashboard/state.

/** Panels of the time before plugins were React. Grafana makes today's panels of them, keys and all. */
const OLD_TYPES =
  /^(graph|singlestat|table-old|grafana-(singlestat|piechart|worldmap)-panel|heatmap-new)$/;

/** The kinds of panel that the image of Grafana 12 brings. */
const TYPES =
  'alertlist annolist barchart bargauge candlestick canvas dashlist datagrid debug flamegraph gauge geomap gettingstarted heatmap histogram live logs news nodeGraph piechart row stat state-timeline status-history table text timeseries traces trend welcome xychart';
export const PANEL_TYPES = TYPES.split(' ');

export const isOldType = (type: unknown): boolean => OLD_TYPES.test(String(type));

const IN_DASHBOARD =
  'hideControls style iteration sharedCrosshair originalTitle nav services pulldowns rows rowHeight slug failover';
const IN_TIMEPICKER = 'collapse enable notice now status type time_options';
const IN_PANEL =
  'editable error isNew span height minSpan scopedVars repeatIteration repeatPanelId repeatedByRow collapse showTitle titleSize snapshotData alert';
const IN_TYPE: Record<string, string> = {
  text: 'content mode',
  dashlist: 'headings limit query recent search starred tags folderId',
  alertlist:
    'limit onlyAlertsOnDashboard show sortOrder stateFilter dashboardFilter folderId nameFilter',
  table: 'columns styles fontSize pageSize scroll showHeader sort transform',
  heatmap:
    'cards color dataFormat heatmap hideZeroBuckets highlightCards legend reverseYBuckets tooltip tooltipDecimals xAxis yAxis xBucketNumber xBucketSize yBucketBound yBucketNumber yBucketSize',
};
const IN_LINK = 'dashboard dashUri params type keepTime includeVars';
const IN_TARGET =
  'metric target calculatedInterval prometheusLink errors datasourceErrors textEditor query rawQuery resultFormat policy dsType measurement groupBy orderByTime select tags alias requestId';

/** A dashboard without what only older Grafanas wrote. Every other key keeps its place. */
export function withoutOlder({ refresh, ...dashboard }: Json): Json {
  return {
    ...without(dashboard, IN_DASHBOARD),
    // Once false was written for "never".
    ...(refresh !== false && { refresh }),
    ...inside(dashboard, 'timepicker', (it) => without(it, IN_TIMEPICKER)),
    ...inside(dashboard, 'templating', (it) => without(it, 'enable')),
    ...inside(dashboard, 'panels', panelWithoutOlder),
  };
}

/** A query to Prometheus without what only older Grafanas wrote. */
export const queryWithoutOlder = (target: Json): Json => without(target, IN_TARGET);

function panelWithoutOlder(panel: Json): Json {
  const { type, id, title, gridPos } = panel;
  if (isOldType(type)) return { type, id, title, gridPos };
  return {
    ...without(panel, `${IN_PANEL} ${IN_TYPE[String(type)] ?? ''}`),
    ...inside(panel, 'panels', panelWithoutOlder),
    ...inside(panel, 'links', (it) => without(it, IN_LINK)),
    ...inside(panel, 'fieldConfig', (config) => ({
      ...config,
      ...inside(config, 'defaults', (it) => ({
        ...without(it, 'nullValueMode'),
        // A number said which kind of mapping it is.
        ...inside(it, 'mappings', (one) => (typeof one.type === 'number' ? {} : one)),
      })),
    })),
  };
}

const without = (value: Json, names: string): Json =>
  Object.fromEntries(Object.entries(value).filter(([key]) => !names.split(' ').includes(key)));

/** A key with its group, or with each group of its list, changed; nothing where there is neither. */
function inside(value: Json, key: string, change: (inner: Json) => Json): Json {
  const inner = value[key];
  if (Array.isArray(inner)) return { [key]: inner.map((it) => (isRecord(it) ? change(it) : it)) };
  return isRecord(inner) ? { [key]: change(inner) } : {};
}
