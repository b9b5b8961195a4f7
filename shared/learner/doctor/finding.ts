import { moreAbout } from '../../engine/index.ts';

/** What one check has found out about the machine. */
export interface Finding {
  /** Stable, for example "engine.memory". */
  id: string;
  title: string;
  /** `unknown`: it could not be found out, and `seen` says why. */
  state: 'ok' | 'warning' | 'problem' | 'unknown';
  seen: string;
  /** The command or action that mends it on this operating system; every problem has one. */
  mend?: string;
  /** Where Troubleshooting speaks about it, when it is a problem or a warning. */
  more?: string;
}

/** Findings with the id and title of one check. */
export function about(id: string, title: string) {
  const finding =
    (state: Finding['state']) =>
    (seen: string, mend?: string, more?: string): Finding => ({
      ...{ id, title, state, seen },
      ...(mend && { mend }),
      ...(more && { more }),
    });
  const more = moreAbout('doctor', id);
  return {
    ok: finding('ok'),
    unknown: finding('unknown'),
    warning: (seen: string, mend?: string) => finding('warning')(seen, mend, more),
    problem: (seen: string, mend: string) => finding('problem')(seen, mend, more),
  };
}
