import { expect, it } from 'vitest';
import { grafanaFormat } from './format.ts';
import { makeGrafanaFormat } from './make-format.ts';

it("When the format of dashboards is asked from Grafana's packages again, then it is the recorded one", async (context) => {
  const made = await makeGrafanaFormat().catch((error: Error & { stderr?: string }) => {
    if (!/network|ENOTFOUND|ECONN|ETIMEDOUT|EAI_AGAIN/.test(`${error.stderr}`)) throw error;
    return context.skip('the packages of Grafana cannot be had: npm reaches no registry');
  });

  expect(made).toEqual(grafanaFormat());
});
