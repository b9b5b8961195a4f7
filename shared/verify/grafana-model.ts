import type { YamlPath } from './yaml-file.ts';

export type Json = Record<string, unknown>;

export interface Dashboard {
  path: string;
  value: Json;
  own: boolean;
  where(...place: YamlPath): string;
  panels: Panel[];
}

export interface Panel {
  title: string;
  value: Json;
  /** The collapsed row that holds it, or "". */
  row: string;
  needsQuery: boolean;
  /** As in fieldConfig; "" where there is none. */
  unit: string;
  where(...place: YamlPath): string;
  queries: Query[];
}

/** A PromQL expression of a panel. */
export interface Query {
  panel: Panel;
  expression: string;
  where: string;
}
