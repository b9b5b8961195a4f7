import { describe, expect, test } from 'vitest';
import { openPage, textOf } from './test-support/open-page.ts';
import { FIRING } from './test-support/start-inbox.ts';

describe('a message', () => {
  test('appears without a reload, with its title, badge and fields', async () => {
    await using inbox = await openPage();
    const { page } = inbox;
    expect(await textOf(page, '#empty')).toContain('npm run demo');

    await inbox.deliver(FIRING);

    const message = page.getByRole('listitem').first();
    const title = message.getByRole('heading', { level: 3 }).getByRole('link');
    expect(await title.textContent()).toBe('FIRING: InstanceDown');
    expect(await title.getAttribute('href')).toBe('http://localhost:9093/#/alerts?receiver=slack');
    expect(await textOf(page, '.badge')).toBe('FIRING');
    expect(await textOf(page, '.text strong')).toBe('app:8080 does not answer');
    expect(await page.locator('.fields > div').allInnerTexts()).toEqual([
      'Severity\ncritical',
      'Job\nweb',
    ]);
    expect(await textOf(page, '#announcement')).toBe(
      'New message from Alertmanager: FIRING: InstanceDown',
    );
    expect(await page.locator('#empty').isVisible()).toBe(false);
  });

  test('the message of a resolved alert stands above and says so', async () => {
    await using inbox = await openPage();
    await inbox.deliver(FIRING);

    await inbox.deliver({ attachments: [{ title: '[RESOLVED] InstanceDown' }] });

    await expect
      .poll(() => inbox.page.locator('.badge').allInnerTexts())
      .toEqual(['RESOLVED', 'FIRING']);
  });

  test('clearing empties the page', async () => {
    await using inbox = await openPage();
    await inbox.deliver(FIRING);
    await inbox.page.getByRole('listitem').waitFor();

    await inbox.page.getByRole('button', { name: 'Clear' }).press('Enter');

    await inbox.page.getByText('No message yet.').waitFor();
    expect(await inbox.messages()).toEqual([]);
  });

  test('clearing by somebody else empties this page too', async () => {
    await using inbox = await openPage();
    await inbox.deliver(FIRING);
    await inbox.page.getByRole('listitem').waitFor();

    await inbox.send('DELETE', '/api/messages');

    await inbox.page.getByText('No message yet.').waitFor();
  });

  test('the title counts messages that nobody has looked at', async () => {
    await using inbox = await openPage();
    const { page } = inbox;
    const look = (hidden: boolean) =>
      page.evaluate(`
        Object.defineProperty(document, 'hidden', { value: ${hidden}, configurable: true });
        document.dispatchEvent(new Event('visibilitychange'));
      `);
    await look(true);

    await inbox.deliver({ text: 'hi' });

    await expect.poll(() => page.title()).toBe('(1) #alerts · Slack inbox');
    await look(false);
    expect(await page.title()).toBe('#alerts · Slack inbox');
  });
});

describe('the switch', () => {
  test('the keyboard makes deliveries fail, and the page counts them down', async () => {
    await using inbox = await openPage();
    const { page } = inbox;
    await page.getByLabel('Refuse the next').focus();
    await page.keyboard.press('ControlOrMeta+A');
    await page.keyboard.type('2');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Tab');

    await page.keyboard.press('Space');

    await page.getByText('Refusing the next 2 deliveries with 503').waitFor();
    expect((await inbox.deliver(FIRING)).status).toBe(503);
    await page.getByText('Refusing the next delivery with 503').waitFor();
    expect((await inbox.deliver(FIRING)).status).toBe(503);
    await page.getByText('Accepting every delivery').waitFor();
    expect((await inbox.deliver(FIRING)).status).toBe(200);
    await page.getByText('accepted at attempt 3').waitFor();
  });

  test('the next delivery is accepted once refusing is stopped', async () => {
    await using inbox = await openPage();
    await inbox.page.getByRole('button', { name: 'Refuse' }).press('Enter');

    await inbox.page.getByRole('button', { name: 'Stop refusing' }).press('Enter');

    await inbox.page.getByText('Accepting every delivery').waitFor();
    expect((await inbox.deliver(FIRING)).status).toBe(200);
  });
});
