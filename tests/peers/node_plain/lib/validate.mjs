// Checks bodies and query strings against schemas.mjs, names every field at fault and refuses with the right code.
import { Refusal } from './catalogue.mjs';
import { JsonNumber } from './json.mjs';

const MOST_FIELDS = 100;

const WHY = {
  absent: { fr: 'absent', en: 'missing' },
  unknown: { fr: 'membre inconnu', en: 'unknown member' },
  repeated: { fr: 'répété', en: 'repeated' },
  object: { fr: 'doit être un objet', en: 'must be an object' },
  string: { fr: 'doit être un texte', en: 'must be a string' },
  integer: { fr: 'doit être un entier', en: 'must be an integer' },
  array: { fr: 'doit être une liste', en: 'must be a list' },
  shape: { fr: "n'a pas la forme voulue", en: 'does not have the required form' },
  length: { fr: 'longueur hors des bornes', en: 'length out of bounds' },
};
const among = (values) => ({ fr: `doit être l'un de : ${values.join(', ')}`, en: `must be one of: ${values.join(', ')}` });
const between = (low, high) => ({ fr: `doit être de ${low} à ${high}`, en: `must be from ${low} to ${high}` });

// A member name comes from the caller: it is shortened, and no card number goes back in full.
const hideDigits = (text) => text.replace(/[0-9]{10,}/g, (run) => '*'.repeat(run.length - 4) + run.slice(-4));
const segment = (name) => {
  const shown = name.length > 32 ? `${name.slice(0, 32)}…` : name;
  return hideDigits(shown.toWellFormed()).replaceAll('~', '~0').replaceAll('/', '~1');
};

class Faults {
  constructor(place) {
    this.place = place;
    this.list = [];
    this.absent = false;
  }

  add(field, why) {
    if (why === WHY.absent) this.absent = true;
    if (this.list.length < MOST_FIELDS) this.list.push({ field, place: this.place, why });
  }

  /** A missing field goes before an invalid one. */
  refuse() {
    if (this.absent) throw new Refusal('required-absent', { fields: this.list });
    if (this.list.length > 0) throw new Refusal('value-invalid', { fields: this.list });
  }
}

const CHECKS = {
  string(schema, value, at, faults) {
    if (typeof value !== 'string') return faults.add(at, WHY.string);
    const length = [...value].length;
    if (length < (schema.minLength ?? 0) || length > (schema.maxLength ?? Infinity)) return faults.add(at, WHY.length);
    if (schema.pattern && !schema.pattern.test(value)) return faults.add(at, WHY.shape);
    if (schema.check && !schema.check(value)) return faults.add(at, WHY.shape);
  },

  integer(schema, value, at, faults) {
    if (!(value instanceof JsonNumber) || !value.isInteger) return faults.add(at, WHY.integer);
    const number = value.toInteger();
    if (number < schema.minimum || number > schema.maximum) faults.add(at, between(schema.minimum, schema.maximum));
  },

  enum(schema, value, at, faults) {
    if (!schema.values.includes(value)) faults.add(at, among(schema.values));
  },

  array(schema, value, at, faults) {
    if (!Array.isArray(value)) return faults.add(at, WHY.array);
    if (value.length > schema.maxItems) return faults.add(at, WHY.length);
    const strings = value.filter((item) => typeof item === 'string');
    if (new Set(strings).size !== strings.length) faults.add(at, WHY.repeated);
    value.forEach((item, index) => check(schema.items, item, `${at}/${index}`, faults));
  },

  object(schema, value, at, faults) {
    if (!(value instanceof Map)) return faults.add(at, WHY.object);
    for (const name of schema.required) if (!value.has(name)) faults.add(`${at}/${name}`, WHY.absent);
    for (const [name, member] of value) {
      if (Object.hasOwn(schema.properties, name)) check(schema.properties[name], member, `${at}/${name}`, faults);
      else faults.add(`${at}/${segment(name)}`, WHY.unknown);
    }
  },
};

function check(schema, value, at, faults) {
  CHECKS[schema.kind](schema, value, at, faults);
}

/** Refuses a body, as read by readJson, that does not follow its schema. */
export function checkBody(schema, { value, duplicates }) {
  const faults = new Faults('body');
  for (const path of duplicates) faults.add(path.map((name) => `/${segment(name)}`).join(''), WHY.repeated);
  check(schema, value, '', faults);
  faults.refuse();
}

// A percent sign that starts no valid escape stays as it is; bytes that are not UTF-8 become U+FFFD.
function decode(text) {
  const bytes = text.replaceAll('+', ' ').replace(/(?:%[0-9A-Fa-f]{2})+/g, (run) =>
    Buffer.from(run.replaceAll('%', ''), 'hex').toString('utf8'));
  return bytes;
}

/** Reads a query string: unknown names are ignored, declared ones are checked. Integers come back as numbers. */
export function readQuery(declared, queryString) {
  const given = new Map();
  for (const part of queryString.split('&')) {
    const [name, ...rest] = part.split('=');
    const key = decode(name);
    if (part !== '' && Object.hasOwn(declared, key)) given.set(key, [...(given.get(key) ?? []), decode(rest.join('='))]);
  }
  const faults = new Faults('query');
  const result = {};
  for (const [name, { required, schema }] of Object.entries(declared)) {
    const values = given.get(name) ?? [];
    if (values.length > 1) faults.add(name, WHY.repeated);
    else if (values.length === 1) result[name] = readValue(schema, values[0], name, faults);
    else if (required) faults.add(name, WHY.absent);
  }
  faults.refuse();
  return result;
}

function readValue(schema, text, name, faults) {
  if (schema.kind !== 'integer') {
    check(schema, text, name, faults);
    return text;
  }
  const found = /^(-?)(0|[1-9][0-9]*)$/.exec(text);
  const number = found ? new JsonNumber(found[1], found[2]) : null;
  check(schema, number, name, faults);
  return number?.toInteger();
}
