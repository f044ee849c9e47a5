// SPDX-License-Identifier: GPL-2.0-or-later
// First stage: the policy file and the prefix files that it names, from bytes to data with places. Files come through a callback, so that
// this folder touches no disk and tests need none.

import { OperationalError } from '../../errors.js'
import type { Report } from './diagnostics.js'
import { quoted } from './excerpt.js'
import { type Located, locate } from './locate.js'
import type { Container } from './positions.js'
import type { TextFile } from './text.js'

/** Two million long IPv6 prefixes with a comment each. */
export const MAX_PREFIX_FILE_CHARACTERS = 160 << 20

export type ReadFile = (path: string) => string

export interface Source {
  /** In the order read: the policy first, then the prefix files, of the networks and of the exemptions in their order. What the digest is taken of. */
  readonly texts: readonly TextFile[]
  /** Null where the policy file is no readable YAML. */
  readonly located: Located | null
  /** By the name that the policy uses. Files that could not be read are reported and left out. */
  readonly prefixFiles: ReadonlyMap<string, TextFile>
}

/** Reads the policy at `path`. Throws OperationalError POLICY_UNREADABLE where that file itself cannot be read. */
export function read(path: string, readFile: ReadFile, report: Report): Source {
  let text: string
  try {
    text = readFile(path)
  } catch (error) {
    throw new OperationalError('POLICY_UNREADABLE', `cannot read ${path}: ${why(error)}`, { cause: error })
  }
  const file = { path, text }
  const located = locate(file, report)
  const prefixFiles = new Map<string, TextFile>()
  const texts = [file]
  for (const { name, container } of located === null ? [] : prefixFileNames(located.value)) {
    if (prefixFiles.has(name)) continue
    const prefixFile = readPrefixText(beside(path, name), readFile, (message) =>
      report.add('unreadable-file', (located as Located).positions.value(container, 'file'), `cannot read ${quoted(name)}: ${message}`),
    )
    if (prefixFile === null) continue
    prefixFiles.set(name, prefixFile)
    texts.push(prefixFile)
  }
  return { texts, located, prefixFiles }
}

function readPrefixText(path: string, readFile: ReadFile, failed: (message: string) => void): TextFile | null {
  try {
    const text = readFile(path)
    if (text.length <= MAX_PREFIX_FILE_CHARACTERS) return { path, text }
    failed(`it has more than ${MAX_PREFIX_FILE_CHARACTERS} characters`)
  } catch (error) {
    failed(why(error))
  }
  return null
}

/** Looks no further than it must: whether the document is as it should be, conform.ts says. */
function prefixFileNames(document: unknown): { readonly name: string; readonly container: Container }[] {
  const holders = [
    ...valuesOf(entry(document, 'networks')).map((network) => entry(network, 'prefixes')),
    ...valuesOf(entry(document, 'exemptions')).map((exemption) => entry(exemption, 'prefix')),
  ]
  return holders.flatMap((holder) => {
    const name = entry(holder, 'file')
    return typeof name === 'string' ? [{ name, container: holder as Container }] : []
  })
}

const valuesOf = (value: unknown): unknown[] => (typeof value === 'object' && value !== null ? Object.values(value) : [])

function entry(value: unknown, key: string): unknown {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[key] : undefined
}

/** A relative name is relative to the policy file, wherever the program was started. */
function beside(policy: string, name: string): string {
  return name.startsWith('/') ? name : policy.slice(0, policy.lastIndexOf('/') + 1) + name
}

/** The system's short name (ENOENT) where there is one: the rest of such messages repeats the path. */
function why(error: unknown): string {
  const code = entry(error, 'code')
  if (typeof code === 'string') return code
  return error instanceof Error ? error.message : String(error)
}
