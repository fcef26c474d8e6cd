// The command line, and the configuration file that tells a conformance suite how to reach this server.
import { randomBytes } from 'node:crypto';
import { rename, unlink, writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { MAX_BODY } from './body.mjs';

const LONGEST_TTL = 3600;

function integer(text, low, high, name) {
  const value = /^[0-9]{1,9}$/.test(text) ? Number(text) : NaN;
  if (!(value >= low && value <= high)) throw new Error(`--${name} must be an integer from ${low} to ${high}`);
  return value;
}

/** {port, file, ttl}. --spec is accepted and not read: the code holds the contract in tables. */
export function readArguments(argv) {
  const { values } = parseArgs({
    args: argv,
    options: {
      port: { type: 'string', default: '0' },
      'write-config': { type: 'string' },
      'token-ttl': { type: 'string', default: String(LONGEST_TTL) },
      spec: { type: 'string' },
    },
  });
  return {
    port: integer(values.port, 0, 65_535, 'port'),
    ttl: integer(values['token-ttl'], 1, LONGEST_TTL, 'token-ttl'),
    file: values['write-config'],
  };
}

/** Writes the file whole or not at all, readable by its owner alone. */
export async function writeConfiguration(file, { port, credentials, ttl }) {
  const lines = ['[target]', `base_url = "http://127.0.0.1:${port}"`, 'allow_http = true', ''];
  for (const [role, { key, secret }] of Object.entries(credentials)) {
    lines.push(`[credentials.${role}]`, `consumer_key = "${key}"`, `consumer_secret = "${secret}"`, '');
  }
  lines.push('[limits]', `token_ttl = ${ttl}`, 'expiry_tolerance = 1', `max_body = ${MAX_BODY}`, '');
  const temporary = `${file}.${randomBytes(6).toString('hex')}.tmp`;
  try {
    await writeFile(temporary, lines.join('\n'), { mode: 0o600, flag: 'wx' });
    await rename(temporary, file);
  } catch (error) {
    await unlink(temporary).catch(() => {});
    throw error;
  }
}
