import { expect, it } from 'vitest';
import { provisioningErrors } from './real-grafana.ts';

// Lines of real Grafanas, from public reports.
const FAILED =
  'msg="failed to load dashboard from " file=/etc/grafana/dashboards/web.json error=EOF';
const GRAFANA_12 = `logger=provisioning.dashboard type=file name=default t=2026-11-28T01:00:00Z level=error ${FAILED}`;
const GRAFANA_7 = `t=2020-03-26T10:58:02+0000 lvl=eror ${FAILED} logger=provisioning.dashboard type=file`;
const AS_JSON = `{"error":"EOF","logger":"provisioning.dashboard","level":"error","msg":"failed to save dashboard"}`;

it.each([
  [GRAFANA_12, 1],
  [GRAFANA_7, 1],
  [AS_JSON, 1],
  ['logger=provisioning.datasources level=info msg="inserting datasource" name=Prometheus', 0],
  ['logger=provisioning.plugins level=error msg="Failed to read plugin provisioning files"', 0],
  ['logger=authn.service level=error msg="provisioning.dashboard"', 0],
])('%s: %i errors about provisioning', (line, count) => {
  expect(provisioningErrors(`first\n${line}\nlast`)).toHaveLength(count);
});

it('the message of an error begins behind the keys that say when and where', () => {
  expect(provisioningErrors(GRAFANA_12)[0]?.message).toMatch(/^"failed to load .* error=EOF$/);
});
