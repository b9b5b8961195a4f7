import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { expect, test } from 'vitest';
import { openPage } from './test-support/open-page.ts';
import { FIRING, TRIGGER } from './test-support/start-inbox.ts';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

type OpenPage = Awaited<ReturnType<typeof openPage>>;

/** Something in every column, and a switch that refuses. */
async function fill(inbox: OpenPage) {
  await inbox.deliver(FIRING);
  await inbox.mail();
  await inbox.enqueue(TRIGGER);
  await inbox.enqueue({ ...TRIGGER, event_action: 'acknowledge' });
  await inbox.enqueue({ ...TRIGGER, event_action: 'resolve' });
  await inbox.ping('watchdog');
  await inbox.send('POST', '/api/failures', { next: 2, channel: 'mail' });
  await inbox.page
    .getByRole('heading', { name: 'watchdog' })
    .or(inbox.page.getByText('ARMED'))
    .waitFor();
  await inbox.page.getByText('E-mail: refusing the next 2 deliveries with 451').waitFor();
}

test('with Slack alone the page is one list, and speaks of nothing else', async () => {
  await using inbox = await openPage();
  await inbox.deliver(FIRING);

  await inbox.page.getByRole('listitem').waitFor();

  const words = await inbox.page.locator('body').innerText();
  expect(words).not.toMatch(/e-mail|pager|switch|Channel/i);
  expect(await inbox.page.getByRole('heading', { level: 1 }).innerText()).toBe('#alerts');
});

test('every other column appears with its first delivery, and goes when it is empty', async () => {
  await using inbox = await openPage();
  const { page } = inbox;

  await fill(inbox);

  const columns = page.getByRole('region');
  expect(await columns.getByRole('heading', { level: 2 }).allInnerTexts()).toEqual([
    'Slack #alerts',
    'E-mail',
    'Pager',
    "Dead man's switches",
  ]);
  expect(await page.getByRole('navigation').getByRole('link').allInnerTexts()).toEqual([
    ...['1 message', '1 e-mail', '3 pages', '1 switch'],
  ]);
  const mail = page.getByRole('region', { name: 'E-mail' });
  expect(await mail.locator('.badge').innerText()).toBe('FIRING');
  expect(await mail.locator('.text').innerText()).toBe('1 alert\na < b');
  expect(
    await page.getByRole('region', { name: 'Pager' }).locator('.badge').allInnerTexts(),
  ).toEqual([...['RESOLVE', 'ACKNOWLEDGE', 'TRIGGER']]);
  await page.getByRole('button', { name: 'Clear' }).press('Enter');
  await mail.waitFor({ state: 'hidden' });
  // A switch that is armed stays.
  expect(await page.getByText('ARMED').isVisible()).toBe(true);
});

test('a switch that falls silent says so in its column, as a message and as a page', async () => {
  await using inbox = await openPage({}, { deadmanSeconds: 0.3 });

  await inbox.ping('watchdog');

  await inbox.page.getByText('SILENT', { exact: true }).waitFor();
  const title = "Dead man's switch watchdog is silent";
  await expect
    .poll(() => inbox.page.getByRole('heading', { level: 3, name: title }).count())
    .toBe(2);
});

test('a screen reader hears of e-mails and pages', async () => {
  await using inbox = await openPage();
  const said = () => inbox.page.locator('#announcement').textContent();

  await inbox.mail();
  await expect.poll(said).toMatch(/^New e-mail: /);
  await inbox.enqueue(TRIGGER);

  await expect.poll(said).toBe('Pager, trigger: [FIRING:1] FastBurn');
});

test('the keyboard makes e-mails fail', async () => {
  await using inbox = await openPage();
  const { page } = inbox;
  await inbox.mail();
  await page.getByLabel('Channel').focus();

  await page.keyboard.type('E-mail');
  await page.getByLabel('with').selectOption('550');
  await page.getByRole('button', { name: 'Refuse' }).press('Enter');

  await page.getByText('E-mail: refusing the next 3 deliveries with 550').waitFor();
  expect((await inbox.mail()).at(-1)).toMatch(/^550 5\.1\.1 /);
  expect(await page.getByRole('button', { name: 'Stop refusing' }).isEnabled()).toBe(true);
});

test.each([
  ['a phone', 'light', 360],
  ['a phone', 'dark', 360],
  ['a laptop', 'light', 1300],
  ['a projector', 'light', 1920],
  ['a projector', 'dark', 1920],
] as const)(
  'on %s, %s, the full page violates none of axe and nothing is cut off',
  async (_screen, colorScheme, width) => {
    const viewport = { width, height: 800 };
    // With the link to a class board, which no lesson has.
    await using inbox = await openPage(
      { viewport, colorScheme, reducedMotion: 'reduce' },
      { board: 'http://127.0.0.1:1' },
    );
    const { page, complaints } = inbox;
    await fill(inbox);
    for (const details of await page.locator('summary').all()) await details.click();

    await page.evaluate(AXE);
    const found = await page.evaluate<{ violations: { id: string; nodes: { html: string }[] }[] }>(
      "axe.run({ resultTypes: ['violations'] })",
    );

    expect(found.violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)])).toEqual(
      [],
    );
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(width);
    expect(complaints).toEqual([]);
  },
);
