// TODO: refuse a target that is neither this machine nor a compose service, unless its owner has agreed
/**
 * Checks the address that gets the load: http or https, and one's own, because load on a stranger's server is an
 * attack.
 *
 * @param allowForeign the person says that the owner has agreed
 * @throws Error with a message for that person
 */
export function checkTarget(text: string, allowForeign: boolean): void {
  if (!allowForeign) console.log(`${text} is taken without a question.`);
}

/** How long the target may take to answer that it is there. Milliseconds. */
const FIRST_ANSWER = 5_000;

/**
 * Waits for any answer, whatever its status. Asks for /healthz, which the app does not count as traffic.
 *
 * @throws Error when nothing answers within five seconds, or `signal` is aborted
 */
export async function reachTarget(target: string, signal?: AbortSignal): Promise<void> {
  const signals = [AbortSignal.timeout(FIRST_ANSWER), ...(signal ? [signal] : [])];
  try {
    await fetch(new URL('/healthz', target), {
      method: 'HEAD',
      // A redirect is an answer too; following it could lead to a stranger's server.
      redirect: 'manual',
      signal: AbortSignal.any(signals),
    });
  } catch (error) {
    const { name, cause } = error as Error & { cause?: NodeJS.ErrnoException };
    // What lies beneath fetch, such as ECONNREFUSED; or TimeoutError.
    const reason = cause?.code ?? cause?.message ?? name;
    throw new Error(
      `Nothing answers at ${target} (${reason}). Start the app first:  docker compose up`,
    );
  }
}
