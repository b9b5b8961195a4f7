// What a look into a container says that its log does not.
import {
  CONTAINER_PORTS,
  type ContainerState,
  exec,
  inspect,
  type ServiceName,
} from './containers.ts';

/** The state LISTEN in Linux's table of sockets. */
const LISTEN = '0A';

/**
 * That a program listens where nobody outside of its container reaches it, as the end of "The service app …"; undefined
 * when it listens as it must, or does not listen at all.
 */
export async function describeListeners({
  id,
  service,
}: ContainerState): Promise<string | undefined> {
  const wanted = CONTAINER_PORTS[service as ServiceName];
  const table = ['cat', '/proc/net/tcp', '/proc/net/tcp6'];
  const { output } = await exec(id, table).catch(() => ({ output: '' }));
  const sockets = [...output.matchAll(/^ *\d+: ([0-9A-F]+):([0-9A-F]{4}) \S+ ([0-9A-F]{2}) /gm)]
    .filter(([, , , state]) => state === LISTEN)
    // Docker's own name server has an address of 127.0.0.11.
    .filter(([, address]) => address !== '0B00007F')
    .map(([, address = '', port = '']) => ({
      isLoopback: address === '0100007F' || address.endsWith('01000000'),
      port: Number.parseInt(port, 16),
    }));
  const own = sockets.filter(({ port }) => port === wanted);
  if (sockets.length === 0 || own.some(({ isLoopback }) => !isLoopback)) return undefined;
  if (own.length > 0)
    return `listens on 127.0.0.1:${wanted} in its container, where nothing else can reach it`;
  const ports = [...new Set(sockets.map(({ port }) => port))].join(', ');
  return `listens on port ${ports} in its container, and not on ${wanted}`;
}

/** What a program ends with when the kernel kills it. */
const KILLED = 137;

/**
 * That a container's memory limit has ended its program, as the end of "The service app …"; undefined when it has not.
 * The kernel says nothing into a log; Node.js itself gives up before, and says so.
 */
export async function describeEndByMemory(id: string, log: string): Promise<string | undefined> {
  const { Config, HostConfig, State } = await inspect(id);
  const isBounded = [...Config.Env, ...(Config.Cmd ?? [])].some((it) =>
    /max-old-space-size/.test(it),
  );
  if (isBounded && /heap out of memory/.test(log))
    return 'ended with an error: it needs more memory than --max-old-space-size gives it';
  const limit = HostConfig.Memory ?? 0;
  if (limit === 0) return undefined;
  const isOut = /heap out of memory/.test(log);
  const isKilled =
    State.OOMKilled || State.ExitCode === KILLED || isOut || (await hasKilled(id, log));
  if (!isKilled) return undefined;
  const megabytes = Math.round(limit / 1024 / 1024);
  const how = State.ExitCode === KILLED ? `exit code ${KILLED}` : 'an error';
  return `ended with ${how}: it needs more memory than its memory limit of ${megabytes} MB`;
}

/** A program behind `node --watch` is killed alone, and the container runs on. */
async function hasKilled(id: string, log: string): Promise<boolean> {
  if (/error\b/i.test(log)) return false;
  const places = ['/sys/fs/cgroup/memory.events', '/sys/fs/cgroup/memory/memory.oom_control'];
  const { output } = await exec(id, ['cat', ...places]).catch(() => ({ output: '' }));
  return /^oom_kill [1-9]/m.test(output);
}

/** The status of GET /healthz, asked from outside; undefined when nothing answers. It is not counted as traffic. */
export const askHealthz = (address: string): Promise<number | undefined> => {
  const request = { redirect: 'manual', signal: AbortSignal.timeout(2_000) } as const;
  return fetch(`http://${address}/healthz`, request).then(
    ({ status }) => status,
    () => undefined,
  );
};
