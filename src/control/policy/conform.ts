// SPDX-License-Identifier: GPL-2.0-or-later
// Holds a document against the schema: says in our words, with places, what zod finds, and takes the faulty parts out, so that the checks
// of meaning go on with the rest and the operator sees everything at once.

import type { z } from 'zod'
import { MAX_SHAPE_BYTES } from '../../contract/numbers.js'
import { ANY_LENGTH } from '../../contract/shape.js'
import type { DiagnosticCode, Report } from './diagnostics.js'
import { printable, quoted } from './excerpt.js'
import type { Located } from './locate.js'
import type { Container, Key, Positions } from './positions.js'
import { MAX_TEST_BYTES } from './profile-schema.js'
import { keysAt, type PolicyDocument, policyDocument } from './schema.js'
import { didYouMean } from './suggest.js'
import type { Span } from './text.js'

type Issue = z.core.$ZodIssue
type Path = readonly Key[]

/** Taking a part out may leave the part around it incomplete, so each round goes one level up; the document has eight. */
const MAX_ROUNDS = 10

/**
 * The part of the document that is as the schema wants it, or null where nothing can be made of it. The document is changed in place:
 * its objects keep their identity, so `positions` still knows their places.
 */
export function conform({ value, positions }: Located, report: Report): PolicyDocument | null {
  if (!isMapping(value)) {
    report.add('wrong-type', positions.start, `a policy is a mapping of keys, not ${described(value)}`, 'it begins with `version: 1`')
    return null
  }
  if (!('version' in value)) {
    report.add('missing-version', positions.start, 'the policy has no `version`', 'it is never guessed: add `version: 1`')
    value.version = 1
  } else if (value.version !== 1) {
    // What the keys of another version mean is not known here, so nothing more is said about them.
    report.add('bad-version', positions.value(value, 'version'), 'this version of the policy is not known', 'write `version: 1`')
    return null
  }
  for (let round = 0; round < MAX_ROUNDS; round++) {
    const result = policyDocument.safeParse(value)
    if (result.success) return value as PolicyDocument
    const faulty = new Map<Container, Set<Key>>()
    for (const fault of result.error.issues.flatMap((issue) => faultsOf(value, [], issue, positions))) {
      if (round === 0) report.add(fault.code, fault.span, fault.message, fault.hint)
      const keys = faulty.get(fault.container)
      if (keys === undefined) faulty.set(fault.container, new Set([fault.key]))
      else keys.add(fault.key)
    }
    for (const [container, keys] of faulty) positions.remove(container, keys)
  }
  return null
}

/** What is said of a part of the document, and which entry of which container is taken out for it. */
interface Fault {
  readonly code: DiagnosticCode
  readonly span: Span
  readonly message: string
  readonly hint: (() => string | null) | string | null
  readonly container: Container
  readonly key: Key
}

function faultsOf(root: Container, above: Path, issue: Issue, positions: Positions): readonly Fault[] {
  const path = [...above, ...(issue.path as Key[])]
  if (issue.code === 'unrecognized_keys') {
    const container = containerAt(root, path)
    return issue.keys.map((key) => ({
      code: 'unknown-key',
      span: positions.key(container, key),
      message: `unknown key ${quoted(key)}`,
      hint: () => didYouMean(key, keysAt(path)),
      container,
      key,
    }))
  }
  const [within, key] = [path.slice(0, -1), path.at(-1) as Key]
  const container = containerAt(root, within)
  if (!(key in container)) return [missing(root, within, key, positions)]
  if (issue.code === 'invalid_union') {
    // The branch that is at least the right kind of thing is the one that was meant.
    const meant = issue.errors.find((issues) => !issues.some((inner) => inner.code === 'invalid_type' && inner.path.length === 0))
    if (meant !== undefined) return meant.flatMap((inner) => faultsOf(root, path, inner, positions))
  }
  const value = (container as Record<Key, unknown>)[key]
  const span = issue.code === 'invalid_key' ? positions.key(container, key) : positions.value(container, key)
  // zod's own bound of whole numbers; the bound of the schema, which is narrower, is said beside it.
  if (isBeyondExact(issue)) return []
  return [{ ...worded(issue, key, value, span), span, container, key }]
}

const isBeyondExact = (issue: Issue): boolean => (issue.code === 'too_big' || issue.code === 'too_small') && !(issue.message in FORMS)

/** A required key that is not there: the mapping that lacks it is of no use without it. */
function missing(root: Container, within: Path, key: Key, positions: Positions): Fault {
  const [container, holder] = [containerAt(root, within.slice(0, -1)), within.at(-1) as Key]
  const span = positions.key(container, holder)
  return { code: 'missing-key', span, message: `the key ${quoted(String(key))} is missing here`, hint: null, container, key: holder }
}

/** Forms that the schema asks for by the code of their diagnostic. */
const FORMS: Partial<Record<DiagnosticCode, readonly [message: string, hint: string]>> = {
  'bad-name': ['is no name', 'a letter, then at most 31 letters, digits, `-` and `_`'],
  'bad-interface': ['is no interface name', 'at most 15 characters, and `*` only at the end'],
  'bad-date': ['is no date', 'write YYYY-MM-DD'],
  'bad-service': ['is no service', 'write udp/PORT, tcp/PORT, or a range: udp/135-139'],
  'bad-rate': ['is no rate', 'write NUMBER/s, as in 50/s'],
  'bad-burst': ['is no burst', 'a whole number from 1 to 1000000'],
  'bad-port': ['is no port', 'a whole number from 1 to 65535'],
  'bad-offset': ['is no offset', `from 0, the first payload byte, to ${MAX_SHAPE_BYTES - 1}`],
  'bad-length': ['is no length', `bytes of payload, from 0 to ${ANY_LENGTH}`],
  'bad-bytes': ['are no bytes', `two hex digits for each byte, or \`text: ASCII\`; at most ${MAX_TEST_BYTES} bytes`],
}

function worded(issue: Issue, key: Key, value: unknown, span: Span): Pick<Fault, 'code' | 'message' | 'hint'> {
  const code = (issue.code === 'invalid_key' ? 'bad-name' : issue.message) as DiagnosticCode
  const form = FORMS[code]
  if (form !== undefined) {
    return { code, message: `${issue.code === 'invalid_key' ? quoted(String(key)) : described(value)} ${form[0]}`, hint: form[1] }
  }
  if (issue.code === 'invalid_value') {
    const names = issue.values.map(String)
    return { code: 'wrong-value', message: `${described(value)} is not possible here`, hint: () => didYouMean(String(value), names) }
  }
  const expected = issue.code === 'invalid_type' ? issue.expected : 'union'
  return {
    code: 'wrong-type',
    message: `expected ${expected === 'union' ? (CHOICES[key] ?? 'a text or { en: TEXT, ja: TEXT }') : (EXPECTED[expected] ?? expected)}, found ${written(value, span)}`,
    hint: remedy(expected === 'union' ? (key in CHOICES ? 'array' : 'string') : expected, value),
  }
}

const EXPECTED: Record<string, string> = {
  string: 'a text',
  int: 'a whole number',
  number: 'a number',
  boolean: 'true or false',
  array: 'a list',
  object: 'a mapping of keys',
  record: 'a mapping of names',
}

/** By key, what may stand where there are several possibilities; the others are texts. */
const CHOICES: Record<Key, string> = { prefixes: 'a list of prefixes or { file: NAME }', prefix: 'a prefix or { file: NAME }' }

function remedy(expected: string, value: unknown): string | null {
  if (value === null) return 'leave the key out, or give it a value'
  if (expected === 'boolean' && typeof value === 'string' && /^(yes|no|on|off)$/i.test(value)) {
    return `write ${/^(yes|on)$/i.test(value) ? 'true' : 'false'}`
  }
  if (expected === 'string') return typeof value === 'object' ? 'a text that ends in a colon goes in quotes' : 'put it in quotes'
  if (expected === 'array' && typeof value === 'string') return `write it as a list: [${value.slice(0, 60)}]`
  if (expected === 'array' && isMapping(value)) return 'a list begins with `- `'
  return null
}

/** A number as it stands in the text: whoever puts into quotes what is said here must get the bytes that he wrote, 0x10 and not 16. */
function written(value: unknown, { file, start, end }: Span): string {
  const text = file.text.slice(start, end)
  return typeof value === 'number' && /^[-+.\d]/.test(text) ? quoted(printable(text)) : described(value)
}

function described(value: unknown): string {
  if (value === null) return 'nothing'
  if (Array.isArray(value)) return 'a list'
  return typeof value === 'object' ? 'a mapping' : quoted(String(value))
}

function isMapping(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** zod names only paths that it has walked. */
function containerAt(root: Container, path: Path): Container {
  return path.reduce((at, key) => (at as Record<Key, unknown>)[key] as Container, root as Container)
}
