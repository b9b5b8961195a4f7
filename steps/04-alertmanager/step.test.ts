// What this step promises, as a team would test it before each release: on real containers, from outside.
// Run it in the root of the repository: npx vitest run --project steps 04-alertmanager
import { DockerComposeEnvironment } from 'testcontainers';
import { expect, it } from 'vitest';
// Writes the secret files that are missing.
import './secrets/make-secrets.ts';

/** From the moment something changes until everybody knows: scrape, rule, `for:` and the waits of Alertmanager. */
const within = { timeout: 90_000, interval: 500 };

it('a stopped app raises InstanceDown, and its start ends it', { timeout: 300_000 }, async () => {
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
  const app = stack.getContainer('app-1');
  const inbox = stack.getContainer('inbox-1');
  /** The colour of each message that names the alert, oldest first: red (danger) when it fires, green (good) at its end. */
  const colors = async () => {
    const address = `http://${inbox.getHost()}:${inbox.getMappedPort(8025)}`;
    const { messages } = (await (await fetch(`${address}/api/messages`)).json()) as {
      messages: { title: string; color: string }[];
    };
    return messages.filter(({ title }) => title.includes('InstanceDown')).map(({ color }) => color);
  };
  expect(await colors()).toEqual([]);

  await app.stop({ remove: false });
  await expect.poll(colors, within).toEqual(['danger']);

  await app.restart();
  await expect.poll(colors, within).toEqual(['danger', 'good']);
});
