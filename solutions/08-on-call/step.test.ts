// What this step promises, as a team would test it before each release: on real containers, from outside.
// Run it in the root of the repository: npx vitest run --project steps 08-on-call
import { DockerComposeEnvironment } from 'testcontainers';
import { expect, it } from 'vitest';
// Writes the secret files that are missing.
import './secrets/make-secrets.ts';

/** To collect a group takes 5 s; an alert outlives Prometheus by up to 20 s, and the dead man's switch waits as long. */
const within = { timeout: 90_000, interval: 500 };

it('a page wakes somebody, and so does a Prometheus that is gone', {
  timeout: 300_000,
}, async () => {
  // Port 0 is any free one, so the test runs beside your own stack. At the end of the test everything is removed.
  await using stack = await new DockerComposeEnvironment(import.meta.dirname, 'docker-compose.yaml')
    .withEnvironment({
      APP_PORT: '0',
      PROMETHEUS_PORT: '0',
      ALERTMANAGER_PORT: '0',
      INBOX_PORT: '0',
    })
    .withStartupTimeout(120_000)
    .up(['app', 'prometheus', 'alertmanager', 'inbox']);
  const address = (service: string, port: number) => {
    const container = stack.getContainer(`${service}-1`);
    return `http://${container.getHost()}:${container.getMappedPort(port)}`;
  };
  /** What the inbox has received, as text. */
  const inbox = async (list: 'messages' | 'pages' | 'mails' | 'deadman') =>
    (await fetch(`${address('inbox', 8025)}/api/${list}`)).text();

  // Prometheus says that it lives.
  await expect.poll(() => inbox('deadman'), within).toContain('"silent":false');

  // Two alerts, as Prometheus would post them.
  const alerts = ['page', 'warning'].map((severity) => ({
    labels: { alertname: `Test-${severity}`, severity, job: 'test' },
    annotations: { summary: `a ${severity}` },
  }));
  await fetch(`${address('alertmanager', 9093)}/api/v2/alerts`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(alerts),
  });
  await expect.poll(() => inbox('pages'), within).toContain('Test-page');
  await expect.poll(() => inbox('messages'), within).toContain('Test-page');
  await expect.poll(() => inbox('messages'), within).toContain('Test-warning');
  expect(await inbox('pages')).not.toContain('Test-warning');

  await stack.getContainer('prometheus-1').stop({ remove: false });
  await expect.poll(() => inbox('messages'), within).toContain('is silent');
});
