/** Options that npm keeps for itself where `--` is forgotten; some versions of PowerShell swallow it. */
const FLAGS = ['again', 'keep', 'list', 'once', 'solution', 'static', 'watch'];
const WITH_VALUE = ['dir', 'task'];

/**
 * The words as they were meant. npm hands an option that it has kept on as a variable, and without `=` its value as the
 * last word: `npm run hint 2 --task 3` becomes `hint 2 3` with `npm_config_task=true`.
 */
export function withNpmOptions(words: string[], env: NodeJS.ProcessEnv = process.env): string[] {
  const meant = [...words];
  for (const name of WITH_VALUE) {
    const value = env[`npm_config_${name}`];
    const given = value === 'true' ? meant.pop() : value;
    if (value && given !== undefined) meant.push(`--${name}`, given);
  }
  return [...meant, ...FLAGS.flatMap((name) => (env[`npm_config_${name}`] ? [`--${name}`] : []))];
}
