// SPDX-License-Identifier: GPL-2.0-or-later
// A new worker decides made-up packets before it binds its queue. Without that its first packets, perhaps in the middle of a flood, meet code
// that is not compiled yet and takes many times as long, while the queue fills. The packets are judged under the worker's own policy, all
// of it but the addresses (stage.ts), so that what is compiled is what will run; nothing of it is counted or sent.

import { BATCH_SLOTS, type Batch, createBatch, NETLINK_OVERHEAD, SLOTS_AT, strideFor } from '../contract/batch.js'
import { createCounters } from '../contract/counters.js'
import { type Image, openImage, PATTERN, PATTERN_WORDS, PORT_TABLE, TEST, TEST_WORDS } from '../contract/image.js'
import { PORTS, PROTOCOL_TCP, PROTOCOL_UDP } from '../contract/numbers.js'
import { createEngine, decide } from '../datapath/decide.js'
import { addressOf, INSIDE, OUTSIDE, type Stage, setStage } from './stage.js'

/** Batches after which V8 has compiled all that a flood runs through (40 ms), and the time after which it is given up: a queue waits meanwhile. */
const BATCHES = 1024
const MOST_MILLISECONDS = 80
/**
 * Engines that are made for nothing. V8 lays out the objects of a literal anew the first times that it is evaluated, and then throws away all
 * code that was compiled for the layout before: the rehearsal would have to be done again by the first packets.
 */
const ENGINES_BEFORE = 3
/** Classes of ports and shapes of a policy that packets are made of, at most: a few stand for all. */
const MOST_PORT_CLASSES = 3
const MOST_SHAPES = 6
/** A port that clients use. */
const ANY_PORT = 40_000
/** Bytes of payload behind what a shape asks for: the longest are more than what is copied of a packet. */
const PAYLOADS = [0, 8, 200]

interface Service {
  readonly protocol: number
  readonly sourcePort: number
  readonly destinationPort: number
}

/** Decides made-up packets under the policy of `image` as of `nowSeconds`. Returns how many batches there was time for. */
export function rehearse(image: Image, nowSeconds: number): number {
  const deadline = performance.now() + MOST_MILLISECONDS
  const stage = setStage(image)
  const packets = packetsFor(stage)
  const open = () => createEngine(createBatch(strideFor(image.copyRange)), openImage(stage.image.memory), createCounters(image.blockCount))
  for (let made = 0; made < ENGINES_BEFORE; made++) open()
  const engine = open()
  const { batch } = engine
  let batches = 0
  for (let next = 0; batches < BATCHES && performance.now() < deadline; batches++) {
    for (let slot = 0; slot < BATCH_SLOTS; slot++, next++) place(batch, slot, packets[next % packets.length] as Packet, image.copyRange)
    decide(engine, BATCH_SLOTS, nowSeconds)
  }
  return batches
}

export interface Packet {
  readonly bytes: Uint8Array
  readonly isInward: boolean
}

/** Puts a packet where native would, as much of it as the kernel would copy. */
export function place(batch: Batch, slot: number, { bytes, isInward }: Packet, copyRange: number): void {
  const at = SLOTS_AT + slot * batch.stride + NETLINK_OVERHEAD - (slot & 3)
  const copied = Math.min(bytes.length, copyRange)
  for (let byte = 0; byte < copied; byte++) batch.bytes[at + byte] = bytes[byte] as number
  batch.at[slot] = at
  batch.copied[slot] = copied
  batch.length[slot] = bytes.length
  batch.inInterface[slot] = isInward ? OUTSIDE : INSIDE
  batch.outInterface[slot] = isInward ? INSIDE : OUTSIDE
}

/** Packets of every kind that the policy tells apart, and some that it does not look at, to and from each customer. */
export function packetsFor({ image, customers }: Stage): Packet[] {
  const services = [...servicesOf(image), { protocol: PROTOCOL_UDP, sourcePort: ANY_PORT, destinationPort: ANY_PORT }]
  const payloads = [new Uint8Array(0), ...shapesOf(image)]
  const packets: Packet[] = []
  for (const service of services) {
    for (const payload of payloads) {
      const transport = transportOf(service, payload)
      for (const customer of customers.length === 0 ? [null] : customers) {
        for (const family of [4, 6] as const) {
          const [near, far] = [addressOf(family, customer), addressOf(family, null)]
          packets.push({ bytes: packetOf(family, service.protocol, far, near, transport), isInward: true })
          packets.push({ bytes: packetOf(family, service.protocol, near, far, transport), isInward: false })
        }
      }
    }
  }
  return packets
}

/** For each class of ports a service, and for one of servers also what comes to it from the same port. */
function servicesOf({ ports }: Image): Service[] {
  const services: Service[] = []
  for (const [table, at] of Object.entries(PORT_TABLE)) {
    const protocol = table.startsWith('udp') ? PROTOCOL_UDP : PROTOCOL_TCP
    // Class by class, since indexOf runs at full speed even now, when a loop over all ports does not.
    for (let portClass = 1; portClass <= MOST_PORT_CLASSES + 1; portClass++) {
      const port = ports.subarray(at, at + PORTS).indexOf(portClass)
      if (port < 0) continue
      const isSource = table.endsWith('Source')
      services.push({ protocol, sourcePort: isSource ? port : ANY_PORT, destinationPort: isSource ? ANY_PORT : port })
      if (!isSource) services.push({ protocol, sourcePort: port, destinationPort: port })
    }
  }
  return services
}

/** Payloads that satisfy a pattern of the policy each. */
function shapesOf({ patterns, tests }: Image): Uint8Array[] {
  const shapes: Uint8Array[] = []
  for (let at = 0; at < patterns.length && shapes.length < MOST_SHAPES; at += PATTERN_WORDS) {
    const more = PAYLOADS[shapes.length % PAYLOADS.length] as number
    const payload = new Uint8Array(Math.min((patterns[at + PATTERN.minimum] as number) + more, patterns[at + PATTERN.maximum] as number))
    const first = patterns[at + PATTERN.testAt] as number
    for (let test = first; test < first + (patterns[at + PATTERN.testCount] as number); test++) {
      const { [TEST.offset]: offset, [TEST.width]: width, [TEST.low]: low } = tests.subarray(test * TEST_WORDS) as unknown as number[]
      const end = (offset as number) + (width as number)
      for (let byte = offset as number; byte < end; byte++)
        payload[byte] = (payload[byte] as number) | ((low as number) >>> (8 * (end - 1 - byte)))
    }
    shapes.push(payload)
  }
  return shapes
}

const pair = (value: number): number[] => [value >>> 8, value & 255]

/** UDP around the payload, or the opening segment of TCP. */
function transportOf({ protocol, sourcePort, destinationPort }: Service, payload: Uint8Array): number[] {
  const ports = [...pair(sourcePort), ...pair(destinationPort)]
  if (protocol === PROTOCOL_UDP) return [...ports, ...pair(8 + payload.length), 0, 0, ...payload]
  return [...ports, 0, 0, 0, 1, 0, 0, 0, 0, 0x50, 0x02, 255, 255, 0, 0, 0, 0]
}

function packetOf(
  family: 4 | 6,
  protocol: number,
  source: readonly number[],
  destination: readonly number[],
  transport: readonly number[],
) {
  const header =
    family === 4
      ? [0x45, 0, ...pair(20 + transport.length), 0, 0, 0, 0, 64, protocol, 0, 0]
      : [0x60, 0, 0, 0, ...pair(transport.length), protocol, 64]
  return Uint8Array.from([...header, ...source, ...destination, ...transport])
}
