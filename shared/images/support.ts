import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';

/** A pinned image or package, and until when it gets fixes: "2026-07-31", or "no date published". */
interface Support {
  pin: string;
  until: string;
  source: string;
  /** When the source was read. */
  read: string;
}

export const readSupport = (): Support[] =>
  parse(readFileSync(join(import.meta.dirname, 'support.yaml'), 'utf8'));

/** What the end of a test run says of those whose support has ended. @param today "2026-11-28" */
export function endedSupport(
  today = new Date().toISOString().slice(0, 10),
  supports = readSupport(),
): string[] {
  const ended = supports.filter(({ until }) => /^\d/.test(until) && until < today);
  if (ended.length === 0) return [];
  return [
    'Warning: support has ended (docs/decisions/images.md)',
    ...ended.map(({ pin, until, source }) => `  ${pin}, on ${until}: ${source}`),
  ];
}
