// Page cursors: a position in a list, sealed with AES-256-GCM and bound to the partner, the list and its filters.
import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { Refusal } from './catalogue.mjs';

const KEY = randomBytes(32);
const CIPHER = 'aes-256-gcm';
const NONCE = 12;
const TAG = 16;
const POSITION = 8;

const invalid = () => new Refusal('cursor-invalid', {
  fields: [{ field: 'curseur', place: 'query', why: { fr: 'inconnu', en: 'unknown' } }],
});

/** `binding` is any JSON value that says whose cursor it is, for which list and filters. */
export function sealCursor(position, binding) {
  const nonce = randomBytes(NONCE);
  const cipher = createCipheriv(CIPHER, KEY, nonce).setAAD(Buffer.from(JSON.stringify(binding)));
  const clear = Buffer.alloc(POSITION);
  clear.writeBigUInt64BE(BigInt(position));
  const sealed = Buffer.concat([cipher.update(clear), cipher.final()]);
  return Buffer.concat([nonce, cipher.getAuthTag(), sealed]).toString('base64url');
}

export function openCursor(text, binding) {
  const bytes = Buffer.from(text, 'base64url');
  if (bytes.length !== NONCE + TAG + POSITION || bytes.toString('base64url') !== text) throw invalid();
  try {
    const decipher = createDecipheriv(CIPHER, KEY, bytes.subarray(0, NONCE))
      .setAAD(Buffer.from(JSON.stringify(binding)))
      .setAuthTag(bytes.subarray(NONCE, NONCE + TAG));
    const clear = Buffer.concat([decipher.update(bytes.subarray(NONCE + TAG)), decipher.final()]);
    return Number(clear.readBigUInt64BE());
  } catch {
    throw invalid();
  }
}
