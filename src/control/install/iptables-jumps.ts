// SPDX-License-Identifier: GPL-2.0-or-later
// The jumps of iptables to our chain: one a protocol, so that no packet takes two, and each by a test that nearly no packet passes which our
// rules do not name. What they let through by mistake comes back from the chain's own gates.

import type { SteeringRule } from '../compile/steering.js'
import { envelopeOf } from './envelopes.js'
import { type Gate, gatesOf, type PortRange } from './ports.js'
import type { IptablesBackend } from './tools.js'

export const CHAIN = 'IPXXB'

/** As iptables-save lists them, and without a test, as earlier versions made them. Somebody else's jump to our chain has other tests. */
export const OUR_JUMP = /^-A (?:FORWARD|PREROUTING)(?: -p (?:udp|tcp)(?: -m (?:udp|tcp|multiport) --[ds]ports? \d+(?::\d+)?)?)? -j IPXXB$/

const MOST = 65_535

/** Rules of the built-in chain `chain`. None where there are no rules. */
export function renderJumps(rules: readonly SteeringRule[], chain: string, backend: IptablesBackend): string[] {
  const gates = gatesOf(rules)
  return (['udp', 'tcp'] as const).flatMap((protocol) => {
    const own = gates.filter((gate) => gate.protocol === protocol)
    if (own.length === 0) return []
    // Two tests would be two jumps, and a packet that passes both would be judged, and counted, twice.
    const match = own.length === 1 ? renderMatch(own[0] as Gate, backend) : ''
    return `-A ${chain} -p ${protocol}${match} -j ${CHAIN}`
  })
}

/**
 * iptables over nf_tables has the kernel compare ports itself, and multiport called, at twice the cost. The old interface calls either, and
 * drops what ends inside the header at the first match on the protocol: the jump must not, where no gate behind it would.
 */
function renderMatch(gate: Gate, backend: IptablesBackend): string {
  const { protocol, side } = gate
  const range = envelopeOf(gate)
  // Some versions write and list such a range in a way of their own.
  if (range[0] === 0 || range[1] === MOST) return ''
  const option = side === 'destination' ? 'dport' : 'sport'
  return backend === 'iptables-legacy' && (protocol === 'tcp' || gate.ports.length > 1)
    ? ` -m multiport --${option}s ${text(range)}`
    : ` -m ${protocol} --${option} ${text(range)}`
}

const text = ([first, last]: PortRange): string => (first === last ? `${first}` : `${first}:${last}`)

export const deleteJump = (jump: string): string => jump.replace(/^-A/, '-D')
