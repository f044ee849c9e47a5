// SPDX-License-Identifier: GPL-2.0-or-later
// wsd-request, wsd-reply: WS-Discovery is XML in a datagram, `<` behind blanks and a byte order mark. Devices answer what is hardly XML at
// all (`<:/>` is enough for some), so everything that begins so is a request, unless it says by its action or its body that it answers:
// `ProbeMatches` or `ResolveMatches` (WS-Discovery 1.1 sections 5.3 and 6.3) within the first 512 bytes.
//
// Whoever asks may put these words anywhere. So they count only in a payload as long as answers are, and not beside a question, `Probe` or
// `Resolve` as a whole word. A request that hides behind them has to fill 512 bytes before it asks, and little is amplified.
// Zero bytes are passed over, so that UTF-16 reads like UTF-8. `<!` ends the search: SOAP has no declarations, nobody answers with
// comments, and in one of them a question could hide.

import * as FIELDS from '../../../contract/fields.js'
import * as SHAPE from '../../../contract/shape.js'
import { MATCH, NO } from '../found.js'
import { BEYOND, byteAt, readable } from '../payload.js'

const { PAYLOAD_AT, PAYLOAD_LENGTH } = FIELDS
const { LEAST_WSD_REPLY_BYTES } = SHAPE
const BOUND = SHAPE.PARSER_BYTES['wsd-request']
const LESS_THAN = 0x3c
const EXCLAMATION = 0x21
const LAST = 0x73
const LAST_BUT_ONE = 0x65

const lettersOf = (word: string): Uint8Array => Uint8Array.from(word, (letter) => letter.charCodeAt(0))
const DECLARATION = lettersOf('<!')
const PROBE = lettersOf('Probe')
const RESOLVE = lettersOf('Resolve')
const PROBE_MATCHES = lettersOf('ProbeMatches')
const RESOLVE_MATCHES = lettersOf('ResolveMatches')

/** Blanks of XML, zeros, and the bytes of the marks EF BB BF, FE FF and FF FE. */
function isBeforeText(byte: number): boolean {
  switch (byte) {
    case 0x00:
    case 0x09:
    case 0x0a:
    case 0x0d:
    case 0x20:
    case 0xbb:
    case 0xbf:
    case 0xef:
    case 0xfe:
    case 0xff:
      return true
    default:
      return false
  }
}

/** What may stand behind the name of an element, or a word in its contents. */
function endsName(byte: number): boolean {
  switch (byte) {
    case 0x09:
    case 0x0a:
    case 0x0d:
    case 0x20:
    case 0x2f:
    case LESS_THAN:
    case 0x3e:
      return true
    default:
      return false
  }
}

/** Where the text begins, which is with `<`. */
function textAt(bytes: Uint8Array, fields: Uint32Array): number {
  let at = 0
  let byte = byteAt(at, BOUND, bytes, fields)
  while (isBeforeText(byte)) byte = byteAt(++at, BOUND, bytes, fields)
  if (byte < 0) return byte
  return byte === LESS_THAN ? at : ~NO
}

/** Whether the word ends with the byte at index `end`, in the text that begins at index `begin`; zeros do not count. */
function endsWith(word: Uint8Array, begin: number, end: number, bytes: Uint8Array): boolean {
  let left = word.length
  for (let at = end; at >= begin && left > 0; at--) {
    const byte = bytes[at]
    if (byte === 0) continue
    if (byte !== word[left - 1]) return false
    left--
  }
  return left === 0
}

/** MATCH where the text says that it answers, NO where it asks or says neither up to its end, BEYOND where neither up to the bound. */
function findMatches(from: number, bytes: Uint8Array, fields: Uint32Array): number {
  const end = readable(BOUND, fields)
  const begin = fields[PAYLOAD_AT] + from
  const behind = begin - from + end
  let answers = false
  for (let at = begin; at < behind; at++) {
    const byte = bytes[at]
    if (byte !== LAST_BUT_ONE && byte !== EXCLAMATION) continue
    if (byte === EXCLAMATION) {
      if (endsWith(DECLARATION, begin, at, bytes)) return NO
      continue
    }
    let next = at + 1
    while (next < behind && bytes[next] === 0) next++
    if (next >= behind) break
    if (bytes[next] === LAST) answers ||= endsWith(PROBE_MATCHES, begin, next, bytes) || endsWith(RESOLVE_MATCHES, begin, next, bytes)
    else if (endsName(bytes[next]) && (endsWith(PROBE, begin, at, bytes) || endsWith(RESOLVE, begin, at, bytes))) return NO
  }
  const why = ~byteAt(end, BOUND, bytes, fields)
  return answers && (why === NO || why === BEYOND) ? MATCH : why
}

/** NO, MATCH, SHORT_OF or CUT_OFF: text that is no answer. Nothing but what may stand before it, up to the bound, hides a request. */
export function wsdRequest(bytes: Uint8Array, fields: Uint32Array): number {
  const text = textAt(bytes, fields)
  if (text < 0) return ~text === BEYOND ? MATCH : ~text
  if (fields[PAYLOAD_LENGTH] < LEAST_WSD_REPLY_BYTES) return MATCH
  const found = findMatches(text, bytes, fields)
  if (found === MATCH) return NO
  return found === NO || found === BEYOND ? MATCH : found
}

/** NO, MATCH, SHORT_OF or CUT_OFF: text that says within the bound that it answers. */
export function wsdReply(bytes: Uint8Array, fields: Uint32Array): number {
  const text = textAt(bytes, fields)
  const found = text < 0 ? ~text : findMatches(text, bytes, fields)
  return found === BEYOND ? NO : found
}
