import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { openPage } from './test-support/open-page.ts';
import { FIRING } from './test-support/start-inbox.ts';

/** Answers the contrast of every text on the page. */
const CONTRAST_SCRIPT = new URL('./test-support/contrast.js', import.meta.url);
interface TextContrast {
  text: string;
  contrast: number;
}

test('nothing is wider than a screen of 360 px', async () => {
  await using inbox = await openPage({ viewport: { width: 360, height: 740 } });
  const long = 'x'.repeat(300);

  await inbox.deliver({
    attachments: [
      { title: long, text: `\`${long}\` ${long}`, fields: [{ title: long, value: long }] },
    ],
  });

  await inbox.page.getByRole('listitem').waitFor();
  await inbox.page.getByText('JSON as received').click();
  const width = await inbox.page.evaluate('document.documentElement.scrollWidth');
  expect(width).toBe(360);
});

test.each(['light', 'dark'] as const)(
  'every text is readable in the %s scheme',
  async (colorScheme) => {
    await using inbox = await openPage({ colorScheme, reducedMotion: 'reduce' });
    await inbox.send('POST', '/api/failures', { next: 1 });
    await inbox.deliver(FIRING);
    await inbox.deliver({ text: '`code`' });
    await inbox.deliver({ ...FIRING, attachments: [{ title: 'RESOLVED: InstanceDown' }] });
    await inbox.deliver(FIRING);
    await inbox.page.getByRole('heading', { name: 'FIRING' }).waitFor();

    const contrasts = await inbox.page.evaluate<TextContrast[]>(
      await readFile(CONTRAST_SCRIPT, 'utf8'),
    );

    expect(contrasts.length).toBeGreaterThan(20);
    expect(contrasts.filter(({ contrast }) => contrast < 4.5)).toEqual([]);
    const ground = await inbox.page.evaluate('getComputedStyle(document.body).backgroundColor');
    expect(ground).toBe(colorScheme === 'light' ? 'rgb(255, 255, 255)' : 'rgb(26, 26, 30)');
  },
);
