/** A secret that is generated on the first run, such as secrets/grafana/admin_password; its example is none. The same rule stands in .gitignore. */
export const isSecret = (path: string): boolean =>
  /(^|\/)secrets\/[^/]+\/[^/]+$/.test(path) && !path.endsWith('.example');

/** What installers, this workshop, Git, systems and editors put into folders: no part of a learner's work. */
export const isJunkFile = (name: string): boolean =>
  /^(node_modules|\.env|\.git|\.DS_Store|\._.*|Thumbs\.db|desktop\.ini|\.?#.*|.*~|.*\.sw[a-px])$/.test(
    name,
  );
