// A CYNOD API server in plain Node.js, written from the contract alone. Everything lives in memory.
//   node server.mjs --port 0 --write-config FILE [--token-ttl SECONDS]
import { createServer } from 'node:http';
import { readArguments, writeConfiguration } from './lib/configuration.mjs';
import { onClientError, onConnect } from './lib/faults.mjs';
import { Idempotency } from './lib/idempotency.mjs';
import { Ledger } from './lib/ledger.mjs';
import { Partners } from './lib/partners.mjs';
import { handle } from './lib/pipeline.mjs';
import { Tokens } from './lib/tokens.mjs';

const HOST = '127.0.0.1';

async function main() {
  const { port, ttl, file } = readArguments(process.argv.slice(2));
  const services = {
    partners: new Partners(), tokens: new Tokens(ttl), ledger: new Ledger(), idempotency: new Idempotency(),
  };
  // Host is checked in the pipeline, so that its absence too is answered in the contract's terms.
  const server = createServer({ requireHostHeader: false, requestTimeout: 30_000, headersTimeout: 10_000 });
  server.httpAllowHalfOpen = true; // a caller that has said everything may still read
  const answer = (request, response) => handle(request, response, services);
  server.on('request', answer);
  server.on('checkExpectation', answer);
  server.on('checkContinue', (request, response) => {
    response.awaitsContinue = true;
    return answer(request, response);
  });
  server.on('clientError', onClientError);
  server.on('connect', onConnect);

  await new Promise((resolve, reject) => server.once('error', reject).listen(port, HOST, resolve));
  const { port: bound } = server.address();
  if (file) await writeConfiguration(file, { port: bound, credentials: services.partners.credentials, ttl });
  console.log(`http://${HOST}:${bound}`);

  const stop = () => {
    server.close(() => process.exit(0));
    server.closeAllConnections();
  };
  process.once('SIGTERM', stop).once('SIGINT', stop);
}

main().catch((error) => {
  console.error(error.message);
  process.exitCode = 1;
});
