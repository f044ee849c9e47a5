// SPDX-License-Identifier: GPL-2.0-or-later
// Why a packet got its verdict: the closed catalogue. The numbers cross into counters and decision words, so they never change meaning;
// a new reason goes to the end. docs/verdicts.md says when each is given, and a test holds the two together.

/** No stage has decided: the prefilled state of every slot. Left over after a batch, it is a bug, and counted as one. */
export const UNDECIDED = 0
export const MALFORMED = 1
export const NOT_IP = 2
export const FRAGMENT = 3
export const HEADER_CHAIN = 4
export const NOT_OURS = 5
export const NO_BLOCK = 6
export const EXEMPT = 7
export const DORMANT = 8
export const PORT = 9
export const CLASS_A = 10
export const REPLY = 11
export const REQUEST = 12
export const SHORT = 13
export const NOT_REPLY = 14
export const WRONG_SOURCE_PORT = 15
export const OTHER = 16
export const CUT = 17
export const LIMITED = 18
/** A reply that the block is there to stop. */
export const ANSWER = 19

/** Names by number, as metrics, JSON and docs print them. */
export const REASONS = [
  'undecided',
  'malformed',
  'not-ip',
  'fragment',
  'header-chain',
  'not-ours',
  'no-block',
  'exempt',
  'dormant',
  'port',
  'class-a',
  'reply',
  'request',
  'short',
  'not-reply',
  'wrong-source-port',
  'other',
  'cut',
  'limited',
  'answer',
] as const

export type Reason = (typeof REASONS)[number]

export const REASON_COUNT = REASONS.length

/** DROPS[reason] is 1 where an enforced block drops for that reason; every other reason accepts. */
export const DROPS = Uint8Array.from(REASONS, (_, reason) =>
  [HEADER_CHAIN, PORT, CLASS_A, REQUEST, SHORT, NOT_REPLY, WRONG_SOURCE_PORT, LIMITED, ANSWER].includes(reason) ? 1 : 0,
)
