import { z } from 'zod';
import type { Kind } from './files.ts';

// The keys that Grafana 12 reads in its provisioning files. It ignores all others without a word.
// https://grafana.com/docs/grafana/latest/administration/provisioning/

const open = z.record(z.string(), z.unknown());
const version = z.int();

/** One data source. What jsonData may hold depends on its type. */
const dataSource = z.strictObject({
  name: z.string(),
  type: z.string(),
  access: z.enum(['proxy', 'direct']),
  orgId: z.int(),
  uid: z.string(),
  url: z.string(),
  user: z.string(),
  database: z.string(),
  basicAuth: z.boolean(),
  basicAuthUser: z.string(),
  withCredentials: z.boolean(),
  isDefault: z.boolean(),
  correlations: z.array(open),
  jsonData: open,
  secureJsonData: open,
  version,
  editable: z.boolean(),
});

/** One place that dashboards come from. */
const provider = z.strictObject({
  name: z.string(),
  orgId: z.int(),
  orgName: z.string(),
  folder: z.string(),
  folderUid: z.string(),
  folderUID: z.string(),
  type: z.string(),
  disableDeletion: z.boolean(),
  editable: z.boolean(),
  updateIntervalSeconds: z.int(),
  allowUiUpdates: z.boolean(),
  options: z
    .strictObject({ path: z.string(), folder: z.string(), foldersFromFilesStructure: z.boolean() })
    .partial(),
});

/** The whole file and one entry of its list, by kind. Nothing is required here; what is needed has its own checks. */
export const PROVISIONING: Record<Kind, [file: z.ZodType, entry: z.ZodObject]> = {
  datasources: [
    z
      .strictObject({
        apiVersion: version,
        datasources: z.array(dataSource.partial()),
        deleteDatasources: z.array(open),
        prune: z.boolean(),
      })
      .partial(),
    dataSource,
  ],
  dashboards: [
    z.strictObject({ apiVersion: version, providers: z.array(provider.partial()) }).partial(),
    provider,
  ],
};

/** A query to Prometheus, as its plugin in Grafana 12.4 writes it into a panel. */
export const TARGET = z
  .strictObject({
    refId: z.string(),
    datasource: z.unknown(),
    hide: z.boolean(),
    queryType: z.string(),
    key: z.string(),
    expr: z.string(),
    legendFormat: z.string(),
    editorMode: z.enum(['code', 'builder']),
    format: z.enum(['time_series', 'table', 'heatmap']),
    instant: z.boolean(),
    range: z.boolean(),
    exemplar: z.boolean(),
    interval: z.string(),
    intervalFactor: z.number(),
    step: z.number(),
    scopes: z.array(open),
    adhocFilters: z.array(open),
    groupByKeys: z.array(z.string()),
    disableTextWrap: z.boolean(),
    fullMetaSearch: z.boolean(),
    includeNullMetadata: z.boolean(),
    useBackend: z.boolean(),
    hinting: z.boolean(),
    showingGraph: z.boolean(),
    showingTable: z.boolean(),
    valueWithRefId: z.boolean(),
    utcOffsetSec: z.number(),
    fromExploreMetrics: z.boolean(),
  })
  .partial();
