import type { AddressInfo } from 'node:net';
import { createApp } from './create-app.ts';

// Port 0 asks the operating system for any free port; the line printed below says which one it gave.
const port = Number(process.env.PORT || 8080);

const server = createApp().listen(port, (error) => {
  if (error) {
    console.error(`Cannot listen on port ${port}: ${error.message}. Set PORT to a free one.`);
    process.exit(1);
  }
  console.log(`Listening on http://localhost:${(server.address() as AddressInfo).port}`);
});

// `docker compose stop` sends SIGTERM, and kills after ten more seconds.
process.once('SIGTERM', () => {
  // No new connections. Requests in flight are answered; then nothing is left to do and the process ends with 0.
  server.close();
  // A connection that is open may bring one more request. Its response says "Connection: close".
  server.maxRequestsPerSocket = 1;
  // One that brings none is closed after 1 ms (plus up to a second, says Node.js).
  server.keepAliveTimeout = 1;
});
