import { describe, expect, it } from 'vitest';
import { describeImage } from './index.ts';
import { parseReference } from './reference.ts';

describe('An image reference', () => {
  it.each([
    ['prom/prometheus:v3.5.3', 'prom/prometheus', '3.5.3', 'Prometheus'],
    ['docker.io/library/node:24.21.0-slim', 'node', '24.21.0', 'Node.js'],
    [
      'registry.example:5000/team/app:1.2',
      'registry.example:5000/team/app',
      '1.2',
      'registry.example:5000/team/app',
    ],
    ['grafana/grafana:12.4.14@sha256:0123abcd', 'grafana/grafana', '12.4.14', 'Grafana'],
    ['alpine', 'alpine', 'latest', 'alpine'],
  ])('splits %s into its parts', (full, repository, version, title) => {
    expect(parseReference(full)).toEqual({ full, repository, version, title });
  });

  it('an image is reported with its version and origin, or the reason why not', () => {
    const reference = parseReference('prom/prometheus:v3.5.3');

    expect(describeImage({ ...reference, origin: 'pulled' })).toBe('Prometheus 3.5.3, pulled');
    expect(describeImage({ ...reference, unavailable: 'no network' })).toBe(
      'Prometheus 3.5.3, not available: no network',
    );
  });
});
