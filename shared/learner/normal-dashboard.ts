/** A data source as Grafana's API lists it. */
export interface DataSource {
  uid: string;
  name: string;
  type: string;
  isDefault: boolean;
  /** True when it comes from a provisioning file. */
  readOnly: boolean;
}

/** Differ from one Grafana to another, and from save to save. */
const OF_THE_INSTANCE = ['id', 'version', 'iteration'];

/**
 * A dashboard as a file that can be committed: without what belongs to one Grafana only, each data source by the uid of
 * its provisioning file, keys in alphabetical order as Grafana itself writes them.
 *
 * @param dashboard as `GET /api/dashboards/uid/…` answers it
 */
export function normalDashboard(dashboard: object, sources: DataSource[]): string {
  const kept = Object.entries(dashboard).filter(([key]) => !OF_THE_INSTANCE.includes(key));
  return `${JSON.stringify(normal(Object.fromEntries(kept), sources), null, 2)}\n`;
}

function normal(value: unknown, sources: DataSource[]): unknown {
  if (Array.isArray(value)) return value.map((entry) => normal(entry, sources));
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(
    entries.map(([key, inner]) => [
      key,
      key === 'datasource' ? reference(inner, sources) : normal(inner, sources),
    ]),
  );
}

/** By name, by uid, or null for the default one. What is no data source of this Grafana, as a variable, stays. */
function reference(value: unknown, sources: DataSource[]): unknown {
  const wanted = typeof value === 'string' ? value : (value as { uid?: string } | null)?.uid;
  const found = sources.find(({ uid, name, isDefault }) =>
    value === null ? isDefault : wanted === uid || wanted === name,
  );
  if (!found) return normal(value, sources);
  // One that was made by mouse is not there in the next Grafana.
  const provisioned = sources.filter(({ type, readOnly }) => readOnly && type === found.type);
  const [source] = found.readOnly || provisioned.length !== 1 ? [found] : provisioned;
  return { type: source?.type, uid: source?.uid };
}
