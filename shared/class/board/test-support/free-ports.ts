import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';

const VARIABLES = ['', '_PROMETHEUS', '_GRAFANA', '_ALERTMANAGER', '_INBOX'].map(
  (part) => `BOARD${part}_PORT`,
);

/** A free port for each server of a board, as the variables that its compose file reads. */
export async function freePorts(): Promise<Record<string, string>> {
  const servers = VARIABLES.map(() => createServer().listen(0, '127.0.0.1'));
  await Promise.all(servers.map((server) => once(server, 'listening')));
  const ports = servers.map((server) => (server.address() as AddressInfo).port);
  await Promise.all(servers.map((server) => once(server.close(), 'close')));
  return Object.fromEntries(VARIABLES.map((name, index) => [name, `${ports[index]}`]));
}
