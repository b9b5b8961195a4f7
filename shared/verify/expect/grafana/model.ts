import type { YamlPath } from '../../files/index.ts';

export type Json = Record<string, unknown>;

export interface Dashboard {
  path: string;
  value: Json;
  own: boolean;
  where(...place: YamlPath): string;
  panels: Panel[];
  /** What its annotations and variables ask. */
  others: Query[];
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

/** A PromQL expression. */
export interface Query {
  /** Of the panel, or "annotation …", "variable …". */
  title: string;
  expression: string;
  where: string;
}
