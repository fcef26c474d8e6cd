// What the caller's headers ask for: media types (Accept, Content-Type), language, request identifier.
import { randomBytes } from 'node:crypto';

const TOKEN = "[!#$%&'*+.^_`|~0-9A-Za-z-]+";
const MEDIA_RANGE = new RegExp(`^(${TOKEN})/(${TOKEN})[ \\t]*(;.*)?$`);
const WEIGHT = /;[ \t]*q=([^;\s]*)/i;
const QVALUE = /^(?:0(?:\.[0-9]{0,3})?|1(?:\.0{0,3})?)$/;
const LANGUAGE = /^(\*|[A-Za-z]{1,8}(?:-[A-Za-z0-9]{1,8})*)(?:[ \t]*;[ \t]*[qQ]=([^ \t]*))?$/;
const REQUEST_ID = /^[A-Za-z0-9._-]{1,128}$/;

const splitList = (text) => (text.match(/(?:[^,"]|"(?:[^"\\]|\\.)*"?)+/g) ?? []).map((part) => part.trim()).filter(Boolean);

/** The media type of a Content-Type, in lower case, without its parameters; null when absent or malformed. */
export function mediaType(value) {
  const found = value === undefined ? null : MEDIA_RANGE.exec(value.trim());
  return found ? `${found[1]}/${found[2]}`.toLowerCase() : null;
}

/** Whether Accept leaves room for JSON: of the ranges that match it, the most specific decides. */
export function acceptsJson(accept) {
  const ranges = [];
  for (const part of splitList(accept ?? '')) {
    const found = MEDIA_RANGE.exec(part);
    if (!found) continue;
    const weight = WEIGHT.exec(found[3] ?? '')?.[1] ?? '1';
    ranges.push({ type: `${found[1]}/${found[2]}`.toLowerCase(), weight: QVALUE.test(weight) ? Number(weight) : 1 });
  }
  if (ranges.length === 0) return true;
  for (const type of ['application/json', 'application/*', '*/*']) {
    const matching = ranges.filter((range) => range.type === type);
    if (matching.length > 0) return matching.some((range) => range.weight > 0);
  }
  return false;
}

function languageRanges(header) {
  const ranges = [];
  for (const part of header.split(',').map((each) => each.trim()).filter(Boolean)) {
    const found = LANGUAGE.exec(part);
    if (!found || (found[2] !== undefined && !QVALUE.test(found[2]))) return [];
    ranges.push({ tag: found[1].toLowerCase(), weight: Number(found[2] ?? 1) });
  }
  return ranges;
}

/** The best range for a language: itself, else one of its regional kinds, else `*`. */
function rate(language, ranges) {
  const position = (test) => ranges.findIndex(({ tag }) => test(tag));
  const exact = position((tag) => tag === language);
  if (exact >= 0) return { weight: ranges[exact].weight, rank: exact };
  const regional = ranges.filter(({ tag }) => tag.startsWith(`${language}-`)).sort((a, b) => b.weight - a.weight)[0];
  if (regional) return { weight: regional.weight, rank: ranges.indexOf(regional) };
  const any = position((tag) => tag === '*');
  return any >= 0 ? { weight: ranges[any].weight, rank: ranges.length } : { weight: 0, rank: Infinity };
}

/** 'fr' or 'en'. French unless English is wanted more, or as much and named first. */
export function language(header) {
  const ranges = languageRanges(header ?? '');
  const french = rate('fr', ranges);
  const english = rate('en', ranges);
  if (english.weight !== french.weight) return english.weight > french.weight ? 'en' : 'fr';
  return english.weight > 0 && english.rank < french.rank ? 'en' : 'fr';
}

/** The caller's request identifier when valid, else a new one. */
export function requestId(header) {
  return header !== undefined && REQUEST_ID.test(header) ? header : randomBytes(15).toString('base64url');
}
