// What this step promises, as a team would test it before each release: on real containers, from outside.
// Run it in the root of the repository: npx vitest run --project steps 05-load-test
import { DockerComposeEnvironment } from 'testcontainers';
import { expect, it } from 'vitest';
// Writes the secret files that are missing.
import './secrets/make-secrets.ts';

/** From the first request to the message, and from the last one to its end: the rate looks back 30 seconds. */
const within = { timeout: 90_000, interval: 500 };

it('the load raises TooManyRequests, and its end ends it', { timeout: 300_000 }, async () => {
  // Port 0 is any free one, so the test runs beside your own stack. At the end of the test everything is removed.
  await using stack = await new DockerComposeEnvironment(import.meta.dirname, 'docker-compose.yaml')
    .withEnvironment({
      APP_PORT: '0',
      PROMETHEUS_PORT: '0',
      ALERTMANAGER_PORT: '0',
      INBOX_PORT: '0',
    })
    .withProfiles('load')
    .withStartupTimeout(120_000)
    .up(['app', 'prometheus', 'alertmanager', 'inbox', 'load-test']);
  const inbox = stack.getContainer('inbox-1');
  /** The colour of each message that names the alert, oldest first: red (danger) when it fires, green (good) at its end. */
  const colors = async () => {
    const address = `http://${inbox.getHost()}:${inbox.getMappedPort(8025)}`;
    const { messages } = (await (await fetch(`${address}/api/messages`)).json()) as {
      messages: { title: string; color: string }[];
    };
    const named = messages.filter(({ title }) => title.includes('TooManyRequests'));
    return named.map(({ color }) => color);
  };

  await expect.poll(colors, within).toEqual(['danger']);

  await stack.getContainer('load-test-1').stop();
  await expect.poll(colors, within).toEqual(['danger', 'good']);
});
