// SPDX-License-Identifier: GPL-2.0-or-later
// One packet explained: the engine's answer, with what the policy says beside it. What the policy alone is asked for (which prefix, why a
// block does not cover) is held against what the engine found, and a difference is told, never hidden: then the engine is right about
// what happens to packets, and one of the two has a bug.

import * as FIELDS from '../contract/fields.js'
import { PROTOCOL_UDP } from '../contract/numbers.js'
import { REASONS } from '../contract/reasons.js'
import * as VERDICTS from '../contract/verdicts.js'
import type { Policy } from '../control/policy/policy.js'
import { addressText, prefixText } from '../control/policy/prefixes.js'
import { serviceText } from '../control/policy/services.js'
import { blockFacts } from './blocks.js'
import { serviceOf } from './coverage.js'
import { tellDirection } from './direction.js'
import { type Answer, type Asked, askEngine } from './engine.js'
import type { EndFacts, Explanation, PacketFacts } from './explanation.js'
import { isDroppedByKernel } from './kernel-drops.js'
import { MEANINGS } from './meanings.js'
import { networkAround } from './networks.js'
import { placementOf } from './placement.js'
import { flagsText, protocolName, type Subject, subjectOf } from './subject.js'

/** Throws POLICY_TOO_LARGE; whatever the packet holds, it is explained. */
export function explain(asked: Asked): Explanation {
  const { policy, now } = asked
  const answer = askEngine(asked)
  const { decision } = answer
  const subject = subjectOf(answer.fields)
  const disagreements: string[] = []
  const source = subject && endFacts(asked, answer, subject, 'source', disagreements)
  const destination = subject && endFacts(asked, answer, subject, 'destination', disagreements)
  const blocks = policy.blocks.map((_, block) => blockFacts(policy, block, subject, answer, now, disagreements))
  const index = VERDICTS.blockOf(decision)
  const block = index === VERDICTS.NO_BLOCK_INDEX ? null : (policy.blocks[index] as Policy['blocks'][number])
  const service = block && subject && serviceOf(block, subject)
  const reason = REASONS[VERDICTS.reasonOf(decision)] as Explanation['reason']
  const spoofed = VERDICTS.spoofedOf(decision) === 1
  return {
    time: new Date(now * 1000).toISOString(),
    direction: VERDICTS.DIRECTIONS[VERDICTS.directionOf(decision)] as Explanation['direction'],
    verdict: VERDICTS.VERDICTS[VERDICTS.verdictOf(decision)] as Explanation['verdict'],
    reason,
    block: block?.name ?? null,
    mode: block?.mode ?? null,
    would: block !== null && VERDICTS.wouldOf(decision) === 1 ? block.action : null,
    service: service && serviceText(service),
    shape: VERDICTS.SHAPES[VERDICTS.shapeOf(decision)] as Explanation['shape'],
    spoofed,
    meaning: MEANINGS[reason],
    packet: packetFacts(asked, answer, subject),
    directionBy:
      subject && source && destination && tellDirection({ ...sides(asked, source, destination), direction: subject.direction, spoofed }),
    source,
    destination,
    blocks,
    disagreements,
    placement: placementOf(answer.plan, subject, subject !== null && isDroppedByKernel(answer.drops, subject, asked.packet.bytes)),
    frame: asked.frame ?? null,
  }
}

function packetFacts({ packet }: Asked, { fields, image }: Answer, subject: Subject | null): PacketFacts {
  const length = Math.max(packet.length ?? 0, packet.bytes.length)
  const copied = Math.min(packet.bytes.length, image.copyRange)
  if (subject === null) return { length, copied, family: null, protocol: null, tcpFlags: null, payload: null }
  const { protocol, tcpFlags } = subject
  const payload = {
    length: fields[FIELDS.PAYLOAD_LENGTH],
    here: fields[FIELDS.PAYLOAD_HERE],
    copied: fields[FIELDS.PAYLOAD_COPIED],
  }
  return {
    length,
    copied,
    family: subject.source.length === 1 ? 4 : 6,
    protocol: protocol === null ? null : protocolName(protocol),
    tcpFlags: tcpFlags === null ? null : flagsText(tcpFlags),
    payload: protocol === PROTOCOL_UDP ? payload : null,
  }
}

function endFacts(
  { policy }: Asked,
  { fields, provenance }: Answer,
  subject: Subject,
  side: 'source' | 'destination',
  disagreements: string[],
): EndFacts {
  const address = subject[side]
  const match = networkAround(policy.networks, address)
  const network = match && (policy.networks[match.network] as Policy['networks'][number])
  const found = provenance.classes[fields[side === 'source' ? FIELDS.SOURCE_CLASS : FIELDS.DESTINATION_CLASS]]?.network ?? null
  if (found !== (network?.name ?? null)) {
    disagreements.push(`the engine has the ${side} in ${found ?? 'no network'}, the policy in ${network?.name ?? 'no network'}`)
  }
  return {
    address: addressText(address),
    port: subject.ports?.[side] ?? null,
    network: network?.name ?? null,
    customer: network?.customers ?? false,
    prefix: match && prefixText(match.prefix),
  }
}

/** From which side to which. */
function sides({ policy, packet, outside, assume }: Asked, source: EndFacts, destination: EndFacts) {
  const { inInterface = 0, outInterface = 0 } = packet
  return {
    byInterface: policy.outside.length > 0,
    assume: assume ?? null,
    fromOutside: outside.includes(inInterface),
    toOutside: outInterface === 0 ? null : outside.includes(outInterface),
    fromCustomer: source.customer,
    toCustomer: destination.customer,
  }
}
