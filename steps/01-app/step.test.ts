// What this step promises, as a team would test it before each release: on a real container, from outside.
// Run it in the root of the repository: npx vitest run --project steps 01-app
import { DockerComposeEnvironment } from 'testcontainers';
import { expect, it } from 'vitest';

/** For the first build of the image. Milliseconds. */
const PATIENCE = 300_000;

it('the app counts its visitors by route, and not its scrapes', { timeout: PATIENCE }, async () => {
  // Port 0 is any free one, so the test runs beside your own service. At the end of the test everything is removed.
  await using stack = await new DockerComposeEnvironment(import.meta.dirname, 'docker-compose.yaml')
    .withEnvironment({ APP_PORT: '0' })
    .withStartupTimeout(120_000)
    .up();
  const app = stack.getContainer('app-1');
  const url = `http://${app.getHost()}:${app.getMappedPort(8080)}`;
  for (const path of ['/', '/', '/fail', '/users/1', '/users/2', '/metrics'])
    await fetch(url + path);

  const scrape = await fetch(`${url}/metrics`);

  expect(scrape.headers.get('content-type')).toMatch(
    /^(text\/plain|application\/openmetrics-text);/,
  );
  const page = await scrape.text();
  expect(page).toContain('process_resident_memory_bytes');
  const series = page.matchAll(/^http_requests_total\{(.*)\} (\d+)/gm);
  expect([...series].map(([, labels = '', count]) => [...labels.split(',').sort(), count])).toEqual(
    [
      ['method="GET"', 'route="/"', 'status_code="200"', '2'],
      ['method="GET"', 'route="/fail"', 'status_code="500"', '1'],
      ['method="GET"', 'route="unmatched"', 'status_code="404"', '2'],
    ],
  );
});
