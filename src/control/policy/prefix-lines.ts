// SPDX-License-Identifier: GPL-2.0-or-later
// Lines of prefix files as they nearly always are, read letter by letter: of a million of them no string is cut and no object made. Each
// function adds a well-formed prefix that begins at `at` and ends with its line (blanks and a comment may follow), and returns where the line
// ends; or -1, and nothing added, for everything else. What is wrong, and how to say so, prefixes.ts finds out.

import type { PrefixListBuilder } from './prefixes.js'

const [NEWLINE, RETURN, SPACE, TAB, HASH, DOT, SLASH, ZERO, COLON] = [10, 13, 32, 9, 35, 46, 47, 48, 58]
const [LOWER_CASE, A, F] = [0x20, 97, 102]
const GROUPS = 8
/** Of the address in hand. */
const groups = new Uint16Array(GROUPS)
/** Of the prefix in hand; 0x100 is in no use as a length. */
const NO_LENGTH = 0x100

export function quickIpv4(text: string, start: number, builder: PrefixListBuilder): number {
  let at = start
  let address = 0
  for (let part = 0; part < 4; part++) {
    let digit = text.charCodeAt(at) - ZERO
    if (!(digit >= 0 && digit <= 9)) return -1
    let octet = digit
    digit = text.charCodeAt(++at) - ZERO
    if (digit >= 0 && digit <= 9) {
      if (octet === 0) return -1
      octet = octet * 10 + digit
      digit = text.charCodeAt(++at) - ZERO
      if (digit >= 0 && digit <= 9) {
        octet = octet * 10 + digit
        at++
      }
    }
    if (octet > 255 || text.charCodeAt(at++) !== (part < 3 ? DOT : SLASH)) return -1
    address = address * 256 + octet
  }
  const length = lengthAt(text, at)
  if (length > 32 || (address & ~mask(length)) !== 0) return -1
  const end = endOfLine(text, at + digitsOf(length))
  if (end !== -1) builder.addIpv4(address, length, start)
  return end
}

/** Addresses with an IPv4 part, and those mapped from IPv4, are not for here. */
export function quickIpv6(text: string, start: number, builder: PrefixListBuilder): number {
  const slash = groupsAt(text, start)
  if (slash === -1) return -1
  const length = lengthAt(text, slash + 1)
  if (length > 128) return -1
  const word = (index: number) => ((groups[2 * index] << 16) | groups[2 * index + 1]) >>> 0
  const [first, second, third, fourth] = [word(0), word(1), word(2), word(3)]
  const behind = (first & ~mask(length)) | (second & ~mask(length - 32)) | (third & ~mask(length - 64)) | (fourth & ~mask(length - 96))
  if (behind !== 0 || (first === 0 && second === 0 && third === 0xffff)) return -1
  const end = endOfLine(text, slash + 1 + digitsOf(length))
  if (end !== -1) builder.addIpv6(first, second, third, fourth, length, start)
  return end
}

/** Fills `groups` and returns where the slash behind them is. */
function groupsAt(text: string, start: number): number {
  let at = start
  let count = 0
  let gap = -1
  if (text.charCodeAt(at) === COLON) {
    if (text.charCodeAt(at + 1) !== COLON) return -1
    gap = 0
    at += 2
  }
  while (text.charCodeAt(at) !== SLASH) {
    const from = at
    let group = 0
    for (let digit = hexAt(text, at); digit !== -1 && at < from + 4; digit = hexAt(text, at)) {
      group = group * 16 + digit
      at++
    }
    if (at === from || count === GROUPS) return -1
    groups[count++] = group
    const next = text.charCodeAt(at)
    if (next === SLASH) break
    if (next !== COLON) return -1
    at++
    if (text.charCodeAt(at) === COLON) {
      if (gap !== -1) return -1
      gap = count
      at++
    } else if (text.charCodeAt(at) === SLASH) return -1
  }
  if (gap === -1) return count === GROUPS ? at : -1
  if (count === GROUPS) return -1
  groups.copyWithin(gap + GROUPS - count, gap, count)
  groups.fill(0, gap, gap + GROUPS - count)
  return at
}

/** -1 for what is no hexadecimal digit. */
function hexAt(text: string, at: number): number {
  const code = text.charCodeAt(at)
  if (code >= ZERO && code <= ZERO + 9) return code - ZERO
  const letter = code | LOWER_CASE
  return letter >= A && letter <= F ? letter - A + 10 : -1
}

/** A number of up to three digits without a needless zero; else NO_LENGTH. */
function lengthAt(text: string, start: number): number {
  let length = text.charCodeAt(start) - ZERO
  if (!(length >= 0 && length <= 9)) return NO_LENGTH
  if (length === 0) return 0
  for (let at = start + 1; at < start + 3; at++) {
    const digit = text.charCodeAt(at) - ZERO
    if (!(digit >= 0 && digit <= 9)) break
    length = length * 10 + digit
  }
  return length
}

const digitsOf = (length: number): number => (length < 10 ? 1 : length < 100 ? 2 : 3)

/** Where the line ends, if nothing but blanks and a comment stands from `at` on; else -1. */
function endOfLine(text: string, start: number): number {
  let at = start
  let next = text.charCodeAt(at)
  while (next === SPACE || next === TAB || next === RETURN) next = text.charCodeAt(++at)
  if (next === HASH) {
    const line = text.indexOf('\n', at)
    return line === -1 ? text.length : line
  }
  return next === NEWLINE || at >= text.length ? at : -1
}

/** The upper `bits` bits of a word, for any number of them. */
export function mask(bits: number): number {
  if (bits <= 0) return 0
  return bits >= 32 ? 0xffffffff : -1 << (32 - bits)
}
