import type { Inbox } from './inbox.ts';

/** What a dead man's switch says, as a message and as a page: nobody else can, when the monitoring itself is silent. */
export function announce(
  { settings, channels, stream, switches }: Inbox,
  name: string,
  state: 'silent' | 'back',
): void {
  const isSilent = state === 'silent';
  const title = `Dead man's switch ${name} is ${state}`;
  const text = isSilent
    ? `No ping for ${settings.deadmanSeconds} seconds: whatever sends them no longer works, or cannot reach this inbox.`
    : 'Its pings come again.';
  const [username, color] = ["Dead man's switch", isSilent ? 'danger' : 'good'];
  const payload = { username, attachments: [{ color, title, text, fallback: title }] };
  channels.slack.keep(
    {
      ...{ attempt: 1, channel: `#${settings.channel}`, username, color, pretext: '', payload },
      ...{ title, titleLink: '', text, fields: [], footer: '', fallback: title },
    },
    JSON.stringify(payload).length,
  );
  channels.pager.keep(
    {
      ...{ attempt: 1, action: isSilent ? 'trigger' : 'resolve', dedupKey: `deadman/${name}` },
      ...{ summary: title, severity: isSilent ? 'critical' : '', source: 'inbox', details: {} },
    },
    title.length,
  );
  stream.send('switches', switches.all);
}
