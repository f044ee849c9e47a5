// SPDX-License-Identifier: GPL-2.0-or-later
// What IP carries in the corpus: for every profile the datagrams of payloads.ts on its ports, beside its ports and from ports that mean
// something to it, lengths that lie, and TCP segments with every combination of flags that matters and data offsets of all kinds.

import type { Seeded } from '../../bench/seeded.js'
import { TCP_ACK, TCP_SYN } from '../../src/contract/fields.js'
import { PROTOCOL_TCP, PROTOCOL_UDP } from '../../src/contract/numbers.js'
import { PROFILES } from '../../src/control/profiles/catalogue.js'
import type { Profile, Service } from '../../src/control/profiles/profile.js'
import { concat, tcp, udp } from '../property/packets.js'
import { noise, payloadsFor } from './payloads.js'

export interface Segment {
  readonly what: string
  readonly protocol: number
  readonly bytes: Uint8Array
  readonly direction: Profile['direction']
}

const [FIN, RST, PSH, URG, ECE, CWR] = [0x01, 0x04, 0x08, 0x20, 0x40, 0x80]
const FLAGS = [0, TCP_SYN, TCP_ACK, TCP_SYN | TCP_ACK].flatMap((flags) =>
  [0, FIN, RST, PSH, URG, ECE | CWR, 0xed].map((more) => flags | more),
)
const NTP = 123
const DNS = 53

/** On the service's side its own ports, their edges, and now and then the port beside them; the other port is `other`. */
function ports({ side, first, last }: Service, other: number, random: Seeded): [source: number, destination: number] {
  const inside = first + random.below(last - first + 1)
  const own = [first, last, inside, inside, inside, first, last, inside, Math.max(0, first - 1), Math.min(65535, last + 1)][
    random.below(10)
  ] as number
  return side === 'destination' ? [other, own] : [own, other]
}

function otherPort({ replySourcePort, services }: Profile, random: Seeded): number {
  const own = replySourcePort ?? services[0]?.first ?? 0
  const any = random.below(65536)
  return [own, own, own, own, NTP, NTP, DNS, any, any, own + 1][random.below(10)] as number
}

function datagrams(profile: Profile, service: Service, random: Seeded): Segment[] {
  const { name, direction } = profile
  const of = (what: string, payload: Uint8Array, claimed?: number): Segment => {
    const [source, destination] = ports(service, otherPort(profile, random), random)
    return { what: `${name} ${what}`, protocol: PROTOCOL_UDP, bytes: udp(source, destination, payload, claimed), direction }
  }
  const made = payloadsFor(profile, random)
  const liars = [0, 1, 7, 8, -1, 1, 2, 9, 200, 65535]
  const some = () => (made[random.below(made.length)] as (typeof made)[number]).payload
  return [
    ...made.map(({ what, payload }) => of(what, payload)),
    ...liars.map((liar, index) => {
      const payload = some()
      const claimed = index < 4 || liar === 65535 ? liar : Math.max(0, 8 + payload.length + liar)
      return of(`UDP length ${claimed} for ${8 + payload.length}`, payload, claimed)
    }),
    { ...of('a header cut off', some()), bytes: noise(random.below(8), random) },
  ]
}

function segments({ name, direction }: Profile, service: Service, random: Seeded): Segment[] {
  const of = (what: string, flags: number, words: number, more = 0): Segment => {
    const [source, destination] = ports(service, 1024 + random.below(60000), random)
    const bytes = concat(tcp(source, destination, flags, words), noise(more, random))
    return { what: `${name} TCP ${what}`, protocol: PROTOCOL_TCP, bytes, direction }
  }
  const opening = () => of('an opening', TCP_SYN, 5).bytes
  const claiming = (words: number): Segment => {
    const bytes = opening()
    bytes[12] = words << 4
    return { what: `${name} TCP an offset of ${words} in 20 bytes`, protocol: PROTOCOL_TCP, bytes, direction }
  }
  const cut = (length: number): Segment => ({ ...of(`${length} bytes`, TCP_SYN, 5), bytes: opening().slice(0, length) })
  return [
    ...FLAGS.map((flags) => of(`flags ${flags}`, flags, 5 + random.below(11), random.below(2) * random.below(60))),
    ...[0, 4, 6, 15].map(claiming),
    ...[8, 13, 14, 19].map(cut),
  ]
}

/** Every profile's, in the order of the catalogue. */
export function segmentsOfAll(random: Seeded): Segment[] {
  return PROFILES.flatMap((profile) =>
    profile.services.flatMap((service) => {
      const crossing: Service = { ...service, protocol: service.protocol === 'udp' ? 'tcp' : 'udp' }
      const [of, other] = service.protocol === 'udp' ? [datagrams, segments] : [segments, datagrams]
      // Of the other protocol on the same ports only a few: no block but one of that protocol may touch them.
      const beside = other(profile, crossing, random).filter(() => random.below(8) === 0)
      return [...of(profile, service, random), ...beside]
    }),
  )
}

/** Protocols that have no ports, or none that a block reads. */
export function portless(random: Seeded): Segment {
  const protocol = [1, 2, 47, 50, 58, 59, 132, 136, 255][random.below(9)] as number
  const ports = [0, DNS, 0, DNS, 0, 28, 0, 0]
  return { what: `protocol ${protocol}`, protocol, bytes: concat(ports, noise(random.below(40), random)), direction: 'inbound' }
}
