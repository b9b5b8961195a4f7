// What this step promises, as a team would test it before each release: on real containers, from outside.
// Run it in the root of the repository: npx vitest run --project steps 07-slo
import { setTimeout as sleep } from 'node:timers/promises';
import { DockerComposeEnvironment } from 'testcontainers';
import { expect, it } from 'vitest';
// Writes the secret files that are missing.
import './secrets/make-secrets.ts';

/** From the first failure to the message, with two scrapes, two evaluations and the time to collect. */
const within = { timeout: 90_000, interval: 500 };

it('an outage pages, and says how bad it is', { timeout: 300_000 }, async () => {
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
  /** The texts of the messages whose title has this name. */
  const textsAbout = async (name: string) => {
    const response = await fetch(`${address('inbox', 8025)}/api/messages`);
    const { messages } = (await response.json()) as { messages: { title: string; text: string }[] };
    return messages.filter(({ title }) => title.includes(name)).map(({ text }) => text);
  };

  // Good ones come first, so that there is something to divide by.
  await Promise.all(Array.from({ length: 60 }, () => fetch(address('app', 8080))));

  // Ten seconds of an outage. A young Prometheus knows nothing but these, so an hour is not longer for it.
  for (let sent = 0; sent < 200; sent++) {
    await fetch(`${address('app', 8080)}/fail`);
    await sleep(50);
  }
  const aboutJob = [expect.stringContaining('web')];
  await expect.poll(() => textsAbout('ErrorBudgetBurnsFast'), within).toEqual(aboutJob);
  await expect.poll(() => textsAbout('ErrorBudgetBurnsSlowly'), within).toEqual(aboutJob);
});
