import { expect, test } from 'vitest';
import { openPage } from './test-support/open-page.ts';
import { FIRING, startInbox } from './test-support/start-inbox.ts';

test('without a stream the page asks every few seconds', async () => {
  await using inbox = await openPage();
  await inbox.page.route('**/api/stream', (route) => route.fulfill({ status: 503 }));
  await inbox.page.reload();

  await inbox.deliver(FIRING);

  await inbox.page.getByText('Asking every 3 s').waitFor();
  await inbox.page.getByRole('heading', { name: 'FIRING: InstanceDown' }).waitFor();
});

test('the page says when the service is gone, and shows what the new one has', async () => {
  await using inbox = await openPage();
  const { page } = inbox;
  await inbox.deliver(FIRING);
  await page.getByRole('listitem').waitFor();

  await inbox.stop();

  await page.getByText('No connection').waitFor();
  await using restarted = await startInbox({}, inbox.port);
  await restarted.deliver({ text: 'from the new one' });
  await page.getByText('from the new one', { exact: true }).waitFor();
  await page.getByText('Live', { exact: true }).waitFor();
  expect(await page.getByRole('listitem').count()).toBe(1);
});
