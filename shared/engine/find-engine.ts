import { execa } from 'execa';

/** What is there of Docker on this machine. */
export type EngineState =
  | { kind: 'ready'; version: string; composeVersion: string }
  | { kind: 'no-client' | 'no-engine' | 'no-permission' | 'no-compose' | 'engine-elsewhere' };

/** Asks Docker's own command line, because it knows contexts, sockets and pipes of every platform. */
export async function findEngine(): Promise<EngineState> {
  const ask = (...args: string[]) => execa('docker', args, { reject: false });
  const [client, compose, context] = await Promise.all([
    ask('version', '--format', '{{.Server.Version}}'),
    ask('compose', 'version', '--short'),
    ask('context', 'inspect', '--format', '{{.Endpoints.docker.Host}}'),
  ]);
  if (client.code === 'ENOENT') return { kind: 'no-client' };
  if (client.failed) return { kind: whyRefused(client.stderr) };
  if (compose.failed) return { kind: 'no-compose' };
  const socket = context.stdout ?? '';
  // What is mounted, and the ports, would be that machine's.
  if (socket.startsWith('ssh:')) return { kind: 'engine-elsewhere' };
  Object.assign(process.env, settingsOfTestcontainers(socket, process.env));
  return { kind: 'ready', version: client.stdout, composeVersion: compose.stdout };
}

/** What it means when Docker's command line cannot speak with its engine. */
export const whyRefused = (stderr: string): 'no-permission' | 'no-engine' =>
  /permission denied/i.test(stderr) ? 'no-permission' : 'no-engine';

/**
 * Variables that make Testcontainers speak with the same engine: it looks only at the usual sockets, and a Docker context
 * (Colima, OrbStack) may name another.
 */
export function settingsOfTestcontainers(
  socket: string,
  env: NodeJS.ProcessEnv,
): NodeJS.ProcessEnv {
  const isUnusual = socket.startsWith('unix://') && socket !== 'unix:///var/run/docker.sock';
  const host = env.DOCKER_HOST || (isUnusual ? socket : undefined);
  // In a virtual machine the engine's own socket is the usual one; that of a rootless engine lies where it is reached.
  const isInside = !env.DOCKER_HOST && isUnusual && !socket.startsWith('unix:///run/user/');
  return {
    ...(host && { DOCKER_HOST: host }),
    ...(isInside && {
      TESTCONTAINERS_DOCKER_SOCKET_OVERRIDE:
        env.TESTCONTAINERS_DOCKER_SOCKET_OVERRIDE ?? '/var/run/docker.sock',
    }),
    // Inside a container (Codespaces, CI) it would look at the bridge's gateway, but every port here is on loopback.
    ...(!/^(tcp|https?|ssh):/.test(host ?? '') && {
      TESTCONTAINERS_HOST_OVERRIDE: env.TESTCONTAINERS_HOST_OVERRIDE ?? '127.0.0.1',
    }),
  };
}
