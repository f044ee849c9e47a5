// SPDX-License-Identifier: GPL-2.0-or-later
// Connection tracking and what comes with it: fragments put together, and a table that may be full.

import { cannotTell, note, ok, warning } from '../finding.js'
import type { Check } from './check.js'

const DEFRAGMENT =
  'one rule that asks for connection tracking brings it, and need decide nothing: nft add rule inet YOURS forward ct state new counter'
/** Of the table, from which on a flood is about to fill it. */
const NEARLY_FULL = 0.8

export const fragments: Check = {
  id: 'fragments',
  judge({ surroundings: { defragments } }) {
    const [four, six] = [defragments[4], defragments[6]]
    if (four.answer === 'yes' && six.answer === 'yes') return ok(`fragments are put together before us (${four.because})`)
    const lacking = [...(four.answer === 'no' ? ['IPv4'] : []), ...(six.answer === 'no' ? ['IPv6'] : [])]
    if (lacking.length === 0)
      return cannotTell('whether fragments are put together before us', (four.answer === 'unknown' ? four : six).because)
    return note(
      `nothing puts ${lacking.join(' and ')} fragments together: all but the first have no ports and pass (reason fragment), and OP53RB is refused`,
      DEFRAGMENT,
    )
  },
}

export const tracking: Check = {
  id: 'conntrack-table',
  judge({ sysctls: { conntrackCount: count, conntrackMax: max } }) {
    if (count === null || max === null || max === 0) return ok('no table of tracked connections')
    const text = `${count} of ${max} tracked connections`
    return count < NEARLY_FULL * max
      ? ok(text)
      : warning(
          `${text}: a full table drops packets of every kind before us`,
          'sysctl -w net.netfilter.nf_conntrack_max=..., or notrack for the blocked ports',
        )
  },
}
