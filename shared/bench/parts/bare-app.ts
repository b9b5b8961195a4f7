// What overhead is measured against: step 1's service without a metric, or with those of express-prom-bundle.
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import express, { type RequestHandler } from 'express';

const app = express();
app.get('/healthz', (_req, res) => {
  res.json({ status: 'ok' });
});
// The folder where the package is installed.
const { BUNDLE } = process.env;
if (BUNDLE) {
  type Bundle = (options: object) => RequestHandler;
  const bundle: Bundle = createRequire(`${BUNDLE}/`)('express-prom-bundle');
  app.use(bundle({ includeMethod: true, includePath: true }));
}
app.get('/', (_req, res) => {
  res.json({ status: 'ok' });
});
const server = app.listen(Number(process.env.PORT), () => {
  console.log(`Listening on http://localhost:${(server.address() as AddressInfo).port}`);
});
