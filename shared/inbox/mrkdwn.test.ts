import { expect, test } from 'vitest';
import { openPage, textOf } from './test-support/open-page.ts';

test.each([
  ['*bold* and _italic_', '<strong>bold</strong> and <em>italic</em>'],
  ['`a &lt; b`\nnext', '<code>a &lt; b</code><br>next'],
  ['```two\nlines```', '<pre>two\nlines</pre>'],
  ['http_requests_total * 2 * 3', 'http_requests_total * 2 * 3'],
  ['*_both_*', '<strong><em>both</em></strong>'],
  ['`*not bold*`', '<code>*not bold*</code>'],
  ['&amp;lt; is &lt;', '&amp;lt; is &lt;'],
  ['<javascript:alert(1)|click>', '&lt;javascript:alert(1)|click&gt;'],
])('%j reads as in Slack', async (text, html) => {
  await using inbox = await openPage();

  await inbox.deliver({ text });

  await inbox.page.getByRole('listitem').waitFor();
  expect(await inbox.page.locator('.text').innerHTML()).toBe(html);
});

test('links open in a tab of their own', async () => {
  await using inbox = await openPage();

  await inbox.deliver({
    text: 'See <https://example.com/a?b&amp;c|the runbook>, or http://example.com/d.',
  });

  const links = inbox.page.locator('.text a');
  await expect.poll(() => links.allInnerTexts()).toEqual(['the runbook', 'http://example.com/d']);
  const addresses = await links.evaluateAll((all) => all.map((link) => link.getAttribute('href')));
  expect(addresses).toEqual(['https://example.com/a?b&c', 'http://example.com/d']);
  expect(await links.first().getAttribute('target')).toBe('_blank');
});

test('code in a message stays text, and asks nothing of other hosts', async () => {
  await using inbox = await openPage();
  const attack = '<script>alert(1)</script><img src=//192.0.2.1/x onerror=alert(2)>';

  await inbox.deliver({
    username: attack,
    attachments: [
      {
        title: attack,
        title_link: 'javascript:alert(3)',
        text: attack,
        color: 'red; background: url(http://192.0.2.1/y)',
        fields: [{ title: attack, value: attack }],
        image_url: 'http://192.0.2.1/z',
        footer: attack,
      },
    ],
  });

  const { page } = inbox;
  await page.getByRole('listitem').waitFor();
  for (const selector of ['.meta strong', 'h3', '.text', 'dt', 'dd', '.footer']) {
    expect(await textOf(page, `.message ${selector}`)).toBe(attack);
  }
  expect(await page.locator('#messages').locator('script, img, a[href]').count()).toBe(0);
  expect(inbox.requests.filter((url) => !url.startsWith(inbox.url))).toEqual([]);
  expect(inbox.complaints).toEqual([]);
});
