/** An image reference as compose files and Dockerfiles write it, taken apart. */
export interface Reference {
  /** As written: "prom/prometheus:v3.5.3". */
  full: string;
  /** Without registry and tag: "prom/prometheus". */
  repository: string;
  /** The tag's version: "3.5.3". */
  version: string;
  /** As people say it: "Prometheus". */
  title: string;
}

const TITLES: Record<string, string> = {
  'prom/prometheus': 'Prometheus',
  'prom/alertmanager': 'Alertmanager',
  'grafana/grafana': 'Grafana',
  node: 'Node.js',
  'testcontainers/ryuk': 'Testcontainers clean-up',
};

export function parseReference(full: string): Reference {
  const [name = '', tag = 'latest'] = full.replace(/@sha256:.*/, '').split(/:(?=[^/]*$)/);
  const repository = name.replace(/^docker\.io\/(library\/)?/, '');
  const version = tag.match(/\d+(\.\d+)*/)?.[0] ?? tag;
  return { full, repository, version, title: TITLES[repository] ?? repository };
}
