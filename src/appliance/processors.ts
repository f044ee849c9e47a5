// SPDX-License-Identifier: GPL-2.0-or-later
// Which processor each worker is kept on, from what the operator wrote. A processor that this process may not use is an error at start and not a
// worker that stays where it is: who pins has planned where interrupts and other programs go.

import { readFileSync } from 'node:fs'
import { OperationalError } from '../errors.js'

/** As large as a kernel's number of processors can be: what is above is a slip of the pen. */
const MOST = 8191

/** Numbers of a list such as `0,2-5`, in its order; null where it is none. */
export function parseProcessors(text: string): number[] | null {
  const numbers: number[] = []
  for (const part of text.split(',')) {
    const [, first, last = first] = /^(\d{1,4})(?:-(\d{1,4}))?$/.exec(part) ?? []
    if (first === undefined || Number(last) < Number(first) || Number(last) > MOST) return null
    for (let number = Number(first); number <= Number(last); number++) numbers.push(number)
  }
  return numbers
}

/** The processors that this process may use. `status` is the text of /proc/self/status. */
export function allowedProcessors(status: string = readFileSync('/proc/self/status', 'utf8')): number[] {
  const [, list = ''] = /^Cpus_allowed_list:\s*(\S+)$/m.exec(status) ?? []
  return parseProcessors(list) ?? []
}

/** What `--pin` says: a list, or `auto` for all that may be used. Throws USAGE where it is neither, NO_PROCESSOR where one may not be used. */
export function processorsOf(text: string, allowed: readonly number[] = allowedProcessors()): readonly number[] {
  if (text === 'auto') return allowed
  const wanted = parseProcessors(text)
  if (wanted === null) throw new OperationalError('USAGE', `--pin takes processors such as 0,2-5, or auto, not \`${text}\``)
  const missing = wanted.filter((number) => !allowed.includes(number))
  if (missing.length > 0) {
    throw new OperationalError('NO_PROCESSOR', `--pin names ${missing.join(', ')}; this process may use ${allowed.join(', ')}`)
  }
  return wanted
}
