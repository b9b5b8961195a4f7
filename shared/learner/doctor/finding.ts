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
}

/** Findings with the id and title of one check. */
export function about(id: string, title: string) {
  const finding =
    (state: Finding['state']) =>
    (seen: string, mend?: string): Finding => ({ id, title, state, seen, ...(mend && { mend }) });
  return {
    ok: finding('ok'),
    warning: finding('warning'),
    unknown: finding('unknown'),
    problem: (seen: string, mend: string) => finding('problem')(seen, mend),
  };
}
