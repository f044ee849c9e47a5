// SPDX-License-Identifier: GPL-2.0-or-later
// Who is answered, address by address and flag by flag, and how often. The same over whole packets: test/property/rejects.test.ts.

import t from 'tap'
import {
  DESTINATION,
  DIRECTION,
  FAMILY,
  FIELD_WORDS,
  FIRST_FRAGMENT,
  PROTOCOL,
  SOURCE,
  STATUS,
  TCP_FLAGS,
} from '../../../src/contract/fields.js'
import { ACTION_REJECT } from '../../../src/contract/image.js'
import { REJECT_BURST, REJECT_BURST_PER_WORKER, REJECT_RATE, REJECT_RATE_PER_WORKER } from '../../../src/contract/numbers.js'
import { HEADER_CHAIN, UNDECIDED } from '../../../src/contract/reasons.js'
import { INBOUND, INTERNAL, OUTBOUND, TRANSIT } from '../../../src/contract/verdicts.js'
import { hasReject, owesAnswer, type Rejects, rejectsFor } from '../../../src/datapath/verdict/rejects.js'
import { addressBytes, buildImage } from '../image-builder.js'

const IMAGE = buildImage({ blocks: [{}, { action: ACTION_REJECT }] })
const CALM = buildImage({ blocks: [{}] })

const UDP = 17
const TCP = 6

interface Sent {
  readonly from?: string
  readonly to?: string
  readonly direction?: number
  readonly protocol?: number
  readonly flags?: number
  readonly status?: number
  readonly firstFragment?: number
}

function words(address: string): number[] {
  const bytes = addressBytes(address)
  return Array.from({ length: bytes.length / 4 }, (_, word) => Buffer.from(bytes).readUInt32BE(word * 4))
}

function fieldsOf({ from = '198.51.100.7', to = '203.0.113.9', ...rest }: Sent): Uint32Array {
  const fields = new Uint32Array(FIELD_WORDS).fill(0xdeadbeef)
  fields[FAMILY] = from.includes(':') ? 6 : 4
  fields.set(words(from), SOURCE)
  fields.set(words(to), DESTINATION)
  fields[DIRECTION] = rest.direction ?? OUTBOUND
  fields[PROTOCOL] = rest.protocol ?? UDP
  fields[TCP_FLAGS] = rest.flags ?? 2
  fields[STATUS] = rest.status ?? UNDECIDED
  fields[FIRST_FRAGMENT] = rest.firstFragment ?? 0
  return fields
}

function begin(): { rejects: Rejects; now: Float64Array } {
  const now = new Float64Array([1_800_000_000])
  return { rejects: rejectsFor(IMAGE, now), now }
}
const isAnswered = (sent: Sent): boolean => owesAnswer(begin().rejects, fieldsOf(sent))

/** How many of `asked` packets are answered. */
function answered(rejects: Rejects, asked: number, sent: Sent = {}): number {
  let count = 0
  for (let packet = 0; packet < asked; packet++) if (owesAnswer(rejects, fieldsOf(sent))) count++
  return count
}

t.test('between hosts only [7.answer-hosts]', (t) => {
  const hosts = ['198.51.100.7', '1.0.0.0', '126.255.255.255', '128.0.0.0', '223.255.255.255']
  const none = ['0.0.0.0', '0.255.255.255', '127.0.0.1', '127.255.255.255', '224.0.0.1', '239.255.255.255', '240.0.0.1', '255.255.255.255']
  const hosts6 = ['2001:db8:100::7', 'fe80::1', '64:ff9b::c000:221', '0:1::', '0:0:1::', '0:0:0:1::', '::1:0:0', '::fffe:0:1', 'feff::1']
  const none6 = ['::', '::1', '::ffff', '::c633:6407', '::ffff:c633:6407', 'ff02::1', 'ffff::1', 'ff00::']
  for (const [addresses, other] of [
    [hosts, '203.0.113.9'],
    [hosts6, '2001:db8:ffff::1'],
  ] as const) {
    for (const address of addresses) {
      t.ok(isAnswered({ from: address, to: other }), `from ${address}`)
      t.ok(isAnswered({ from: other, to: address }), `to ${address}`)
    }
  }
  for (const [addresses, other] of [
    [none, '203.0.113.9'],
    [none6, '2001:db8:ffff::1'],
  ] as const) {
    for (const address of addresses) {
      t.notOk(isAnswered({ from: address, to: other }), `from ${address}`)
      t.notOk(isAnswered({ from: other, to: address }), `to ${address}`)
    }
  }
  t.end()
})

t.test('only what a customer sends out [7.answer-outbound]', (t) => {
  for (const direction of [INBOUND, INTERNAL, TRANSIT]) t.notOk(isAnswered({ direction }))
  t.end()
})

t.test('no answer to an answer, nor to what does not show what to answer [7.answer-segment]', (t) => {
  t.ok(isAnswered({ protocol: TCP, flags: 0x02 }))
  t.ok(isAnswered({ protocol: TCP, flags: 0xeb }))
  t.notOk(isAnswered({ protocol: TCP, flags: 0x06 }), 'RST')
  t.notOk(isAnswered({ protocol: TCP, flags: 0x02, firstFragment: 1 }))
  t.ok(isAnswered({ protocol: UDP, flags: 0xff, firstFragment: 1 }))
  t.notOk(isAnswered({ status: HEADER_CHAIN }))
  t.end()
})

t.test('a customer has a bucket, whichever address he sends to [7.answer-customer-rate] [7.answer-buckets]', (t) => {
  const { rejects, now } = begin()
  t.equal(answered(rejects, REJECT_BURST + 5), REJECT_BURST)
  t.equal(answered(rejects, 5, { to: '203.0.113.10', protocol: TCP }), 0)
  t.equal(answered(rejects, 5, { from: '198.51.100.8' }), 5)
  t.equal(answered(rejects, 5, { from: '2001:db8:100::7', to: '2001:db8:ffff::1' }), 5)
  now[0] += 0.5
  t.equal(answered(rejects, REJECT_RATE), REJECT_RATE / 2)
  now[0] += 3600
  t.equal(answered(rejects, REJECT_BURST + 5), REJECT_BURST)
  t.equal(rejects.owed, 2 * REJECT_BURST + 10 + REJECT_RATE / 2)
  t.end()
})

t.test('a customer has one bucket for all his addresses of IPv6 [7.answer-customer-network]', (t) => {
  const { rejects } = begin()
  const to = '2001:db8:ffff::1'
  const count = (network: string): number => {
    let sum = 0
    for (let host = 1; host <= 2 * REJECT_BURST; host++) sum += answered(rejects, 1, { from: `${network}:${host}:0:0:${host}`, to })
    return sum
  }
  t.equal(count('2001:db8:100:1'), REJECT_BURST)
  t.equal(count('2001:db8:100:2'), REJECT_BURST)
  t.equal(count('2001:db8:101:1'), REJECT_BURST)
  t.end()
})

t.test('what cannot be answered costs nothing', (t) => {
  const { rejects } = begin()
  t.equal(answered(rejects, 100, { protocol: TCP, flags: 0x06 }), 0)
  t.equal(answered(rejects, REJECT_BURST), REJECT_BURST)
  t.end()
})

t.test('all customers together have the bucket of the worker [7.answer-worker-rate]', (t) => {
  const { rejects, now } = begin()
  const crowd = (): number => {
    let count = 0
    for (let host = 0; host < 2 * REJECT_BURST_PER_WORKER; host++) {
      count += answered(rejects, 1, { from: `198.18.${host >> 8}.${host & 255}` })
    }
    return count
  }
  t.equal(crowd(), REJECT_BURST_PER_WORKER)
  now[0] += 0.25
  t.equal(crowd(), REJECT_RATE_PER_WORKER / 4)
  t.end()
})

t.test('one who floods uses up his own bucket and no more [7.answer-customer-first]', (t) => {
  const { rejects } = begin()
  answered(rejects, 10 * REJECT_BURST_PER_WORKER)
  t.equal(answered(rejects, 1, { from: '198.51.100.8' }), 1)
  t.end()
})

t.test('a table that is large only where it is needed', (t) => {
  t.strictSame([hasReject(IMAGE), hasReject(CALM)], [true, false])
  const now = new Float64Array(1)
  t.ok(rejectsFor(IMAGE, now).customers.buckets >= 1000)
  t.ok(rejectsFor(CALM, now).customers.buckets <= 8)
  t.end()
})
