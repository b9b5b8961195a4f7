import { localized } from '../language.ts';

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
  'prom/node-exporter': 'Node exporter',
  'prom/blackbox-exporter': 'Blackbox exporter',
  'prom/pushgateway': 'Pushgateway',
  'victoriametrics/victoria-metrics': 'VictoriaMetrics',
  'ghcr.io/google/cadvisor': 'cAdvisor',
  'grafana/grafana': 'Grafana',
  node: 'Node.js',
  'testcontainers/ryuk': localized(
    'Testcontainers clean-up',
    'Testcontainers 的清理容器（不影響驗證）',
  ),
};

export function parseReference(full: string): Reference {
  const [name = '', tag = 'latest'] = full.replace(/@sha256:.*/, '').split(/:(?=[^/]*$)/);
  const repository = name.replace(/^docker\.io\/(library\/)?/, '');
  const version = tag.match(/\d+(\.\d+)*/)?.[0] ?? tag;
  return { full, repository, version, title: TITLES[repository] ?? repository };
}

/** The label that says how an image came to be; every report prints it. */
export const ORIGIN_LABEL = 'monitoring-workshop.origin';

/** The words after `docker` that ask where a local image comes from; `readOrigin` reads the answer. */
export const originQuestion = ({ full }: Reference): string[] => {
  const format = `{{index .Config.Labels "${ORIGIN_LABEL}"}}|{{len .RepoDigests}}`;
  return ['image', 'inspect', '--format', format, full];
};

/** Its label, or a registry's digest. */
export function readOrigin(answer: string): string {
  const [label, digests] = answer.split('|');
  return label || (Number(digests) > 0 ? 'pulled' : 'built on this machine');
}

export const UNREACHABLE = 'no image registry can be reached from here';

/** Why a registry gives no image, from the last words of `docker pull` or `docker manifest inspect`. */
export function readRefusal(stderr: string): { refusal: string; unreachable: boolean } {
  const answer = stderr.trim().split('\n').at(-1) ?? '';
  const unreachable = /no such host|timeout|refused|unreachable/i.test(answer);
  return { refusal: unreachable ? UNREACHABLE : answer, unreachable };
}
