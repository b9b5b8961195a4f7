import type { Remedy } from '../../engine/index.ts';

/** What one check has found out about the machine. */
export interface Finding {
  /** Stable, for example "engine.memory". */
  id: string;
  title: string;
  /** `unknown`: it could not be found out, and `seen` says why. */
  state: 'ok' | 'warning' | 'problem' | 'unknown';
  seen: string;
  /** The command or action that fixes it on this operating system; every problem has one. */
  fix?: string;
  /** Where Troubleshooting speaks about it, when it is a problem or a warning. */
  more?: string;
}

/** What a check returns: one of the catalogue's texts, or that all is well. */
export interface Seen {
  state: Finding['state'];
  seen: string;
  fix?: Remedy | undefined;
}

/** For a check that looks at several of a kind, such as ports. */
export type PartSeen = Seen & { id: string; title: string };

export const ok = (seen: string): Seen => ({ state: 'ok', seen });
export const problem = (seen: string, fix: Remedy): Seen => ({ state: 'problem', seen, fix });
export const warning = (seen: string, fix?: Remedy): Seen => ({ state: 'warning', seen, fix });
export const unknown = (seen: string, fix?: Remedy): Seen => ({ state: 'unknown', seen, fix });
