// JSON in and out. The reader keeps what JSON.parse loses: exact numbers and repeated members; being iterative, it
// needs no limit on nesting. The writer sorts members in reverse alphabetical order and leaves Unicode as it is.

export class MalformedJson extends Error {}

const NUMBER = /(-?)(0|[1-9][0-9]*)(?:\.([0-9]+))?(?:[eE]([+-]?[0-9]+))?/y;
const PLAIN = /[^"\\\u0000-\u001f]*/y;
const SPACE = /[ \t\n\r]*/y;
const HEX4 = /[0-9A-Fa-f]{4}/y;
const ESCAPES = { '"': '"', '\\': '\\', '/': '/', b: '\b', f: '\f', n: '\n', r: '\r', t: '\t' };
const LITERALS = { t: ['true', true], f: ['false', false], n: ['null', null] };
const POINTER_DEPTH = 8;

/** A number by its exact decimal value: digits × 10^exponent, without leading or trailing zeros. */
export class JsonNumber {
  constructor(sign, whole, fraction = '', exponent = '0') {
    const digits = (whole + fraction).replace(/^0+/, '');
    let end = digits.length;
    while (end > 0 && digits[end - 1] === '0') end -= 1;
    const kept = digits.slice(0, end);
    this.negative = sign === '-' && kept !== '';
    this.digits = kept || '0';
    this.exponent = kept ? Number(exponent) - fraction.length + (digits.length - kept.length) : 0;
  }

  get isInteger() { return this.exponent >= 0; }

  /** The integer it stands for; ±Infinity when it has more than 16 digits. */
  toInteger() {
    const size = this.digits.length + this.exponent;
    const value = size > 16 ? Infinity : Number(this.digits + '0'.repeat(this.exponent));
    return this.negative ? -value : value;
  }

  toString() { return `${this.negative ? '-' : ''}${this.digits}e${this.exponent}`; }
}

class Reader {
  constructor(text) {
    this.text = text;
    this.at = 0;
    this.stack = [];
    this.duplicates = [];
  }

  match(pattern) {
    pattern.lastIndex = this.at;
    const found = pattern.exec(this.text);
    if (found) this.at = pattern.lastIndex;
    return found;
  }

  peek() {
    this.match(SPACE);
    return this.text[this.at];
  }

  expect(character) {
    if (this.peek() !== character) throw new MalformedJson();
    this.at += 1;
  }

  string() {
    this.expect('"');
    let value = '';
    for (;;) {
      value += this.match(PLAIN)[0];
      const character = this.text[this.at++];
      if (character === '"') return value;
      if (character !== '\\') throw new MalformedJson();
      const escape = this.text[this.at++];
      if (escape === 'u') {
        const hex = this.match(HEX4);
        if (!hex) throw new MalformedJson();
        value += String.fromCharCode(parseInt(hex[0], 16));
      } else if (escape !== undefined && Object.hasOwn(ESCAPES, escape)) value += ESCAPES[escape];
      else throw new MalformedJson();
    }
  }

  key(frame) {
    frame.key = this.string();
    this.expect(':');
    if (frame.value.has(frame.key) && this.stack.length <= POINTER_DEPTH) {
      this.duplicates.push(this.stack.map((each) => each.key ?? String(each.value.length)));
    }
  }

  /** Reads one scalar or opens one container; answers undefined when a container stays open. */
  begin() {
    const character = this.peek();
    if (character === '{' || character === '[') {
      this.at += 1;
      const isObject = character === '{';
      const value = isObject ? new Map() : [];
      if (this.peek() === (isObject ? '}' : ']')) {
        this.at += 1;
        return value;
      }
      const frame = { value, isObject, key: undefined };
      this.stack.push(frame);
      if (isObject) this.key(frame);
      return undefined;
    }
    if (character === '"') return this.string();
    if (character !== undefined && Object.hasOwn(LITERALS, character)) {
      const [word, value] = LITERALS[character];
      if (!this.text.startsWith(word, this.at)) throw new MalformedJson();
      this.at += word.length;
      return value;
    }
    const number = this.match(NUMBER);
    if (!number) throw new MalformedJson();
    return new JsonNumber(...number.slice(1));
  }

  /** Puts a finished value where it belongs; answers true when another value must follow. */
  settle(finished) {
    let value = finished;
    for (;;) {
      const frame = this.stack.at(-1);
      if (!frame) {
        this.result = value;
        return false;
      }
      if (frame.isObject) frame.value.set(frame.key, value);
      else frame.value.push(value);
      const next = this.peek();
      this.at += 1;
      if (next === ',') {
        if (frame.isObject) this.key(frame);
        return true;
      }
      if (next !== (frame.isObject ? '}' : ']')) throw new MalformedJson();
      this.stack.pop();
      value = frame.value;
    }
  }

  document() {
    for (;;) {
      const value = this.begin();
      if (value !== undefined && !this.settle(value)) break;
    }
    if (this.peek() !== undefined) throw new MalformedJson();
    return { value: this.result, duplicates: this.duplicates };
  }
}

/** Reads bytes; objects become Maps, numbers JsonNumbers. Throws MalformedJson, for invalid UTF-8 and a BOM too. */
export function readJson(bytes) {
  let text;
  try {
    text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw new MalformedJson();
  }
  return new Reader(text).document();
}

/** The same text for equal JSON values, whatever their member order, spacing or way of writing numbers. */
export function canonical(value) {
  if (value instanceof JsonNumber) return value.toString();
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (value instanceof Map) {
    const members = [...value.keys()].sort().map((key) => `${JSON.stringify(key)}:${canonical(value.get(key))}`);
    return `{${members.join(',')}}`;
  }
  return JSON.stringify(value);
}

/** Turns a checked value (integers only) into plain JavaScript. */
export function plain(value) {
  if (value instanceof JsonNumber) return value.toInteger() || 0;
  if (Array.isArray(value)) return value.map(plain);
  if (value instanceof Map) return Object.fromEntries([...value].map(([key, member]) => [key, plain(member)]));
  return value;
}

function ordered(value) {
  if (Array.isArray(value)) return value.map(ordered);
  if (value === null || typeof value !== 'object') return value;
  const keys = Object.keys(value).filter((key) => value[key] !== undefined).sort().reverse();
  return Object.fromEntries(keys.map((key) => [key, ordered(value[key])]));
}

export const writeJson = (value) => Buffer.from(JSON.stringify(ordered(value)), 'utf8');
