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

// TODO: on SIGTERM answer the requests in flight, take no new ones, and end with exit code 0
