import { z } from 'zod';
import type { Kind } from './provisioning.ts';

// The keys that Grafana 12 reads. It ignores all others without a word, so they are refused here. Nothing is required;
// what is needed has its own checks.
// https://grafana.com/docs/grafana/latest/administration/provisioning/

/** The same type for several keys: "name uid url". */
const keys = <T extends z.ZodType>(names: string, type: T): Record<string, T> =>
  Object.fromEntries(names.split(' ').map((name) => [name, type]));

const text = z.string();
const yesOrNo = z.boolean();
/** Provisioning reads text first, so quotes change nothing, and a variable may stand for the value. */
const aSwitch = z.preprocess((it) => /^(1|t|true|0|f|false|\$.*)$/i.test(`${it}`) || it, yesOrNo);
const aNumber = z.preprocess((it) => (/^(\d+|\$.*)$/.test(`${it}`) ? 1 : it), z.int());
/** There is no other one in a new Grafana, and it refuses to start when a file names one. */
const firstOrg = z.preprocess((it) => (/^(1|\$.*)$/.test(`${it}`) ? 1 : it), z.literal(1));
const anything = z.record(text, z.unknown());

/** One data source. What jsonData may hold depends on its type. */
const dataSource = z.strictObject({
  ...keys('name type uid url user database basicAuthUser orgName', text),
  ...keys('basicAuth withCredentials isDefault editable', aSwitch),
  version: aNumber,
  orgId: firstOrg,
  ...keys('jsonData secureJsonData', anything),
  access: z.enum(['proxy', 'direct']),
  correlations: z.array(anything),
});

/** One place that dashboards come from. */
const provider = z.strictObject({
  ...keys('name orgName folder folderUid folderUID type', text),
  ...keys('disableDeletion editable allowUiUpdates', aSwitch),
  updateIntervalSeconds: aNumber,
  orgId: firstOrg,
  options: z
    .strictObject({ ...keys('path folder', text), foldersFromFilesStructure: yesOrNo })
    .partial(),
});

const datasources = z.strictObject({
  apiVersion: z.int(),
  datasources: z.array(dataSource.partial()),
  deleteDatasources: z.array(anything),
  prune: yesOrNo,
});
const dashboards = z.strictObject({
  apiVersion: z.int(),
  providers: z.array(provider.partial()),
});

/** The whole file and one entry of its list, by kind. */
export const PROVISIONING: Record<Kind, [file: z.ZodType, entry: z.ZodObject]> = {
  datasources: [datasources.partial(), dataSource],
  dashboards: [dashboards.partial(), provider],
};

/** A query to Prometheus, as its plugin in Grafana 12.4 writes it into a panel. */
export const TARGET = z
  .strictObject({
    ...keys('refId queryType key expr legendFormat interval', text),
    ...keys(
      'hide instant range exemplar disableTextWrap fullMetaSearch includeNullMetadata',
      yesOrNo,
    ),
    ...keys('useBackend hinting showingGraph showingTable valueWithRefId', yesOrNo),
    ...keys('fromExploreMetrics', yesOrNo),
    ...keys('intervalFactor step utcOffsetSec', z.number()),
    ...keys('scopes adhocFilters', z.array(anything)),
    datasource: z.unknown(),
    editorMode: z.enum(['code', 'builder']),
    format: z.enum(['time_series', 'table', 'heatmap']),
    groupByKeys: z.array(text),
  })
  .partial();
