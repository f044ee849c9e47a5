// SPDX-License-Identifier: GPL-2.0-or-later
// A row in which an attacker writes the victim's address into small questions, and somebody else's large answers fly at the victim.

import { isIPv6 } from 'node:net'
import { payloadBytes } from '../hosts.js'
import { fateOfCovered, Objections, outcome } from '../judging.js'
import type { FloodTask } from '../programs/flood.js'
import type { Row } from '../scenario.js'

/** Below this, nobody would bother to call it amplification. */
const LEAST_FACTOR = 5
const GAP_MILLISECONDS = 2

export interface Amplification {
  readonly name: string
  readonly title: string
  /** What is sent, for people: `queries`. */
  readonly what: string
  readonly attacker: string
  /** The attacker's counter of what it sends. */
  readonly sent: string
  /** Whose address it writes, and the counter of what hits that host. */
  readonly victim: { readonly host: string; readonly address: string; readonly counter: string }
  readonly target: { readonly address: string; readonly port: number }
  readonly messages: readonly Buffer[]
}

export function amplification({ name, title, what, attacker, sent: sentCounter, victim, target, messages }: Amplification): Row {
  const task: FloodTask = {
    source: victim.address,
    target: target.address,
    port: target.port,
    messages: messages.map((message) => message.toString('hex')),
    gapMilliseconds: GAP_MILLISECONDS,
  }
  const six = isIPv6(target.address)
  return {
    name,
    title,
    expectation: (phase) =>
      fateOfCovered(phase) === 'lives'
        ? `hits the victim, more than ${LEAST_FACTOR} times the bytes sent`
        : 'dies: nothing reaches the victim',
    async measure(lab, phase) {
      const { difference } = await lab.measure(() => lab.host(attacker).run('flood', task))
      const sent = difference.tally(attacker, sentCounter)
      const hit = difference.tally(victim.host, victim.counter)
      const sentBytes = payloadBytes(sent, six)
      const hitBytes = payloadBytes(hit, six)
      const factor = sentBytes === 0 ? 0 : Math.round((hitBytes / sentBytes) * 10) / 10

      const objections = new Objections()
      objections.sent(sent.packets, messages.length)
      if (fateOfCovered(phase) === 'lives') objections.unless(factor > LEAST_FACTOR, `the factor is ${factor}, not above ${LEAST_FACTOR}`)
      else objections.unless(hitBytes === 0, `${hitBytes} bytes hit the victim`)
      objections.verdicts(difference, phase, messages.length)
      return outcome(objections, difference, phase, {
        sent: sent.packets,
        values: { sentBytes, victimPackets: hit.packets, victimBytes: hitBytes, factor },
        short: hitBytes === 0 ? 'dies' : `${factor} times`,
        text: `${sent.packets} spoofed ${what}, ${sentBytes} bytes; ${hitBytes} bytes hit the victim: ${factor} times`,
      })
    },
  }
}
