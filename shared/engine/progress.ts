import ora from 'ora';

/**
 * Shows on standard error what is going on while `work` runs, and how it ended.
 * On a terminal the line moves; elsewhere each change of state is a plain line.
 *
 * @param text what is being done, for example "Starting the Docker engine"
 * @param work is handed `detail`, which shows how far it is
 * @param done turns the result into the closing line, which a warning marks as less than hoped for
 */
export async function announce<T>(
  text: string,
  work: (detail: (message: string) => void) => Promise<T>,
  done: (result: T) => { text: string; warning?: boolean } = () => ({ text }),
): Promise<T> {
  const spinner = ora({ text, discardStdin: false }).start();
  try {
    const result = await work((message) => {
      if (process.stderr.isTTY) spinner.text = `${text}: ${message}`;
    });
    const end = done(result);
    if (end.warning) spinner.warn(end.text);
    else spinner.succeed(end.text);
    return result;
  } catch (error) {
    spinner.fail(text);
    throw error;
  }
}
