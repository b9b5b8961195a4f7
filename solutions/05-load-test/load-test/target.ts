// #region task: refuse a target that is neither this machine nor a compose service, unless its owner has agreed
// #starter /**
// #starter  * Checks the address that gets the load: http or https, and one's own, because load on a stranger's server is an
// #starter  * attack.
// #starter  *
// #starter  * @param allowForeign the person says that the owner has agreed
// #starter  * @throws Error with a message for that person
// #starter  */
// #starter export function checkTarget(text: string, allowForeign: boolean): void {
// #starter   if (!allowForeign) console.log(`${text} is taken without a question.`);
// #starter }
// #starter
// #starter /** How long the target may take to answer that it is there. Milliseconds. */
// #starter const FIRST_ANSWER = 5_000;
import { isIPv4 } from 'node:net';

/** How long the target may take to answer that it is there. Milliseconds. */
const FIRST_ANSWER = 5_000;

/**
 * Checks the address that gets the load: http or https, and one's own, because load on a stranger's server is an
 * attack.
 *
 * @param allowForeign the person says that the owner has agreed
 * @throws Error with a message for that person
 */
export function checkTarget(text: string, allowForeign: boolean): void {
  // Compare what URL has parsed, never the text: 127.0.0.1.example.com and 127.0.0.1@example.com are foreign,
  // and http://2130706433 is 127.0.0.1 in other clothes.
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url?.protocol !== 'http:' && url?.protocol !== 'https:') {
    throw new Error(`--target ${text}: expected an address such as http://127.0.0.1:8080`);
  }
  if (allowForeign || isThisMachine(url.hostname) || isServiceName(url.hostname)) return;
  throw new Error(
    `--target ${text}: ${url.hostname} is neither this machine nor a compose service, so it gets no load.\n` +
      'If its owner has agreed, add --allow-foreign-target',
  );
}

function isThisMachine(hostname: string): boolean {
  const isLoopback = isIPv4(hostname) && hostname.startsWith('127.');
  return hostname === 'localhost' || hostname === '[::1]' || isLoopback;
}

/** `app` may be a compose service: no dot as in example.com, no colon as in an IPv6 address. */
function isServiceName(hostname: string): boolean {
  return /^[a-z0-9_-]+$/.test(hostname);
}
// #endregion

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
