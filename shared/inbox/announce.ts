import type { Inbox } from './inbox.ts';

/** What a dead man's switch says, as a message and as a page: nobody else can, when the monitoring itself is silent. */
export function announce(
  { settings, channels, stream, switches }: Inbox,
  name: string,
  state: 'silent' | 'back',
): void {
  const title = `Dead man's switch ${name} is ${state}`;
  const text =
    state === 'silent'
      ? `No ping for ${settings.deadmanSeconds} seconds: whatever sends them no longer works, or cannot reach this inbox.`
      : 'Its pings come again.';
  const payload = {
    username: "Dead man's switch",
    attachments: [{ color: state === 'silent' ? 'danger' : 'good', title, text, fallback: title }],
  };
  channels.slack.keep(
    {
      ...{ attempt: 1, channel: `#${settings.channel}`, username: payload.username, pretext: '' },
      ...{ title, titleLink: '', text, fields: [], footer: '', fallback: title },
      ...{ color: state === 'silent' ? 'danger' : 'good', payload },
    },
    JSON.stringify(payload).length,
  );
  channels.pager.keep(
    {
      ...{
        attempt: 1,
        action: state === 'silent' ? 'trigger' : 'resolve',
        dedupKey: `deadman/${name}`,
      },
      ...{
        summary: title,
        severity: state === 'silent' ? 'critical' : '',
        source: 'inbox',
        details: {},
      },
    },
    title.length,
  );
  stream.send('switches', switches.all);
}
