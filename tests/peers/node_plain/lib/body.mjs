// Reads request bodies within bounds, and drains what a refusal leaves unread so that its answer arrives.
import { Refusal } from './catalogue.mjs';

export const MAX_BODY = 1_048_576;
const DRAIN_BYTES = 8 * MAX_BODY;
const DRAIN_TIME = 2_000;

/** The caller went away: nobody is left to answer. */
export class Abandoned extends Error {}

/** Follows the request to its end; `onChunk` answers false to stop early. */
function consume(request, onChunk, patience) {
  return new Promise((resolve, reject) => {
    let timer;
    const finish = (settle, value) => {
      clearTimeout(timer);
      request.off('data', data).off('end', end).off('close', close).off('error', close);
      settle(value);
    };
    const data = (chunk) => { if (!onChunk(chunk)) finish(resolve); };
    const end = () => finish(resolve);
    const close = () => (request.complete ? finish(resolve) : finish(reject, new Abandoned()));
    if (patience) timer = setTimeout(() => finish(resolve), patience);
    if (request.readableEnded) return finish(resolve);
    if (request.destroyed) return close();
    request.on('data', data).on('end', end).on('close', close).on('error', close);
    request.resume();
  });
}

/** Throws away the rest of a request, for a while. A caller that waits for "100 Continue" sends nothing to throw away. */
export async function drain(request, response) {
  if (response.awaitsContinue) return;
  let left = DRAIN_BYTES;
  await consume(request, (chunk) => (left -= chunk.length) > 0, DRAIN_TIME);
}

export async function readBody(request, response) {
  if (Number(request.headers['content-length'] ?? 0) > MAX_BODY) throw new Refusal('body-too-large');
  if (response.awaitsContinue) {
    response.awaitsContinue = false;
    response.writeContinue();
  }
  const chunks = [];
  let size = 0;
  await consume(request, (chunk) => {
    size += chunk.length;
    if (size <= MAX_BODY) chunks.push(chunk);
    return size <= MAX_BODY;
  });
  if (size > MAX_BODY) throw new Refusal('body-too-large');
  return Buffer.concat(chunks);
}
