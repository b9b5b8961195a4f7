import { isRecord } from './files.ts';
import type { Dashboard, Json, Query } from './model.ts';

/** What a dashboard asks besides its panels: the PromQL of its annotations and variables. */
export function otherQueries(dashboard: Json, where: Dashboard['where']): Query[] {
  const annotations = listIn(dashboard.annotations).flatMap(({ name, expr, target }, index) => {
    const own = isRecord(target) ? target.expr : undefined;
    const place = own === undefined ? ['expr'] : ['target', 'expr'];
    const expression = own ?? expr;
    if (typeof expression !== 'string') return [];
    return asQuery(`annotation ${name}`, expression, () =>
      where('annotations', 'list', index, ...place),
    );
  });
  const variables = listIn(dashboard.templating).flatMap(({ name, type, query }, index) => {
    const text = String(isRecord(query) ? query.query : query);
    // label_values(up, job) and query_result(up) ask for series; label_names() and metrics() for names alone.
    const [, labelled, plain] =
      text.match(/^\s*(?:label_values\((.*),[^,]*\)|query_result\((.*)\))\s*$/s) ?? [];
    const expression = labelled ?? plain;
    if (type !== 'query' || expression === undefined) return [];
    return asQuery(`variable ${name}`, expression, () =>
      where('templating', 'list', index, 'query'),
    );
  });
  return [...annotations, ...variables];
}

/** Finding the line takes longer than reading the file, so it is done only when a check fails. */
const asQuery = (title: string, expression: string, find: () => string): Query[] => [
  {
    title,
    expression,
    get where() {
      return find();
    },
  },
];

const listIn = (holder: unknown): Json[] => {
  const list = isRecord(holder) ? holder.list : [];
  return Array.isArray(list) ? list.filter(isRecord) : [];
};
