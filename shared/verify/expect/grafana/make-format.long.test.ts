import { expect, it } from 'vitest';
import { grafanaFormat } from './format.ts';
import { makeGrafanaFormat } from './make-format.ts';

it("the recorded format of dashboards is the one that Grafana's packages have", async (context) => {
  const made = await makeGrafanaFormat().catch((error: Error & { stderr?: string }) => {
    if (!/network|ENOTFOUND|ECONN|ETIMEDOUT|EAI_AGAIN/.test(`${error.stderr}`)) throw error;
    return context.skip("Grafana's packages are not available: npm reaches no registry");
  });

  expect(made).toEqual(grafanaFormat());
});
