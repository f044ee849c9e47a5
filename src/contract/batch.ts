// SPDX-License-Identifier: GPL-2.0-or-later
// The slab: one SharedArrayBuffer per queue in which the addon and the engine exchange a batch of packets. native/src/layout.h says the
// same in C++; a test compares the two.
//
//   0        256                1024                                    4096
//   +--------+------------------+---------------------------------------+--------------------+--------------------+----
//   | header | native counters  | columns, one entry a slot             | slot 0 (STRIDE)    | slot 1 (STRIDE)    | ...
//   +--------+------------------+---------------------------------------+--------------------+--------------------+----
//
// Each slot takes one netlink datagram, header and attributes included, straight from recvmmsg; AT says where in the slab the packet's
// first IP byte lies. Nobody copies a packet again.
//
// Ownership. (n) native writes, (e) the engine writes, (s) whoever set the slab up wrote it once. While exchange() runs, everything
// belongs to native; when it returns n, the entries 0..n-1 of all columns and slots belong to the engine until the next exchange().
// Native prefills VERDICT with the default verdict and SET_MARK with 0, so an engine that dies half-way leaves a complete set of verdicts.
// Only the native counters may be read at any time, by any thread.

/** Packets in a batch, at most. Measured: 32 to 64 amortise the two system calls; more gains nothing (bench/README.md). */
export const BATCH_SLOTS = 64

export const SLAB_MAGIC = 0x69707862
export const SLAB_FORMAT = 2

/** Header words (Uint32 index). */
export const SLAB_HEADER = { magic: 0, format: 1, slots: 2, /** bytes of a slot, a multiple of 64 */ stride: 3 } as const

/**
 * Bytes of a netlink datagram that are not packet: nlmsghdr 16, nfgenmsg 4, and every attribute a bound queue of ours can carry
 * (packet header, four interfaces, mark, hardware address, timestamp, skb info, captured length, VLAN, priority), with room to spare.
 * A datagram that is larger all the same is truncated by the kernel, keeps its id, and gets the default verdict.
 */
export const NETLINK_OVERHEAD = 384

/**
 * Native counters (BigUint64 index from COUNTERS_AT): written by the addon's thread, read by whoever scrapes. They only grow.
 * `verdictError*`: verdicts that the kernel refused, by errno (ENOENT: the packet was flushed; ENODEV: unbound; EPERM: not our queue).
 */
export const NATIVE_COUNTERS = {
  packets: 0,
  batches: 1,
  /** Ids that never reached us: the kernel lost the message, not necessarily the packet (fail-open lets it pass). */
  idGaps: 2,
  /** SO_MEMINFO drops: messages that found the receive buffer full. */
  overruns: 3,
  /** Datagrams larger than a slot. */
  truncated: 4,
  /** Datagrams that are no packet and no error: ignored. */
  foreign: 5,
  verdictMessages: 6,
  verdictSends: 7,
  /** sendmsg said EAGAIN, ENOBUFS or EINTR; the verdicts were kept and sent again. */
  sendRetries: 8,
  verdictErrorEnoent: 9,
  verdictErrorEnodev: 10,
  verdictErrorEperm: 11,
  verdictErrorOther: 12,
  wakeups: 13,
  /** Gauge: the receive buffer really granted, in bytes, as the kernel counts it (twice what was asked). */
  receiveBuffer: 14,
  /** Batch sizes: 1, 2-3, 4-7, 8-15, 16-31, 32-63, 64. */
  batchSize1: 16,
  batchSize2: 17,
  batchSize4: 18,
  batchSize8: 19,
  batchSize16: 20,
  batchSize32: 21,
  batchSize64: 22,
  /** CPU time of the threads that served the queue, one after another, looked at as often as `overruns`. */
  userMicroseconds: 23,
  systemMicroseconds: 24,
  /** The kernel's own counts of this queue, of the sockets that are closed: it begins anew with each (observe/metrics.ts adds the living one's). */
  droppedFull: 25,
  droppedUser: 26,
} as const

/** (n) A double: when exchange() last received, or gave up waiting, in seconds since 1970 (UTC). */
export const TIME_AT = 16
export const COUNTERS_AT = 256
export const NATIVE_COUNTER_SLOTS = 32

/** Byte offsets of the columns. The u32 columns come first so that each starts at a multiple of 256. */
export const COLUMNS = {
  /** (n) NFQUEUE packet id. */
  id: 1024,
  /** (n) Index in the slab's bytes of the packet's first byte. */
  at: 1280,
  /** (n) Bytes of the packet in memory from AT. */
  copied: 1536,
  /** (n) Bytes of the packet on the wire, from the network header; never less than `copied`. */
  length: 1792,
  /** (n) Interface index the packet arrived on, 0 if it has none. */
  inInterface: 2048,
  /** (n) Interface index the packet leaves on, 0 where that is not known yet (prerouting). */
  outInterface: 2304,
  /** (n) nfmark. */
  mark: 2560,
  /** (n) Hook in the low byte, ethertype (host order) in the high half. */
  meta: 2816,
  /** (n) NFQA_SKB_INFO flags. */
  skbInfo: 3072,
  /** (e) Mark to set where SET_MARK is 1. */
  newMark: 3328,
  /** (e) Decision word, contract/verdicts.ts. Native does not read it. */
  decision: 3584,
  /** (n, then e) Kernel verdict, NF_ACCEPT or NF_DROP. */
  verdict: 3840,
  /** (n, then e) 1: set NEW_MARK. 0: leave the mark alone, which is not the same as setting it to 0. */
  setMark: 3904,
} as const

export const SLOTS_AT = 4096

/** The slab seen as typed arrays. */
export interface Batch {
  readonly memory: SharedArrayBuffer
  /** The whole slab; AT and PAYLOAD_AT index it. A payload never begins within its first eight bytes. */
  readonly bytes: Uint8Array
  /** The same bytes, for words of several that are not aligned. */
  readonly view: DataView
  readonly stride: number
  /** One entry, at TIME_AT. 0 where the kernel is not the source. */
  readonly time: Float64Array
  readonly id: Uint32Array
  readonly at: Uint32Array
  readonly copied: Uint32Array
  readonly length: Uint32Array
  readonly inInterface: Uint32Array
  readonly outInterface: Uint32Array
  readonly mark: Uint32Array
  readonly meta: Uint32Array
  readonly skbInfo: Uint32Array
  readonly newMark: Uint32Array
  readonly decision: Uint32Array
  readonly verdict: Uint8Array
  readonly setMark: Uint8Array
}

/** What a payload is read from: a slab, or anything else that has its bytes twice. */
export type Bytes = Pick<Batch, 'bytes' | 'view'>

/** Bytes of a slot that holds `copyRange` bytes of packet behind the netlink attributes. */
export function strideFor(copyRange: number): number {
  return (copyRange + NETLINK_OVERHEAD + 63) & ~63
}

/** A new, zeroed slab for slots of `stride` bytes (a multiple of 64). */
export function createBatch(stride: number): Batch {
  const memory = new SharedArrayBuffer(SLOTS_AT + BATCH_SLOTS * stride)
  const header = new Uint32Array(memory, 0, 4)
  header[SLAB_HEADER.magic] = SLAB_MAGIC
  header[SLAB_HEADER.format] = SLAB_FORMAT
  header[SLAB_HEADER.slots] = BATCH_SLOTS
  header[SLAB_HEADER.stride] = stride
  return openBatch(memory)
}

/** Views of a slab that createBatch made, in this or another thread. Throws where it is none or of another format. */
export function openBatch(memory: SharedArrayBuffer): Batch {
  const header = new Uint32Array(memory, 0, 4)
  if (header[SLAB_HEADER.magic] !== SLAB_MAGIC || header[SLAB_HEADER.format] !== SLAB_FORMAT) {
    throw new TypeError('not a slab of this format')
  }
  const words = (at: number) => new Uint32Array(memory, at, BATCH_SLOTS)
  const bytes = (at: number) => new Uint8Array(memory, at, BATCH_SLOTS)
  return {
    memory,
    bytes: new Uint8Array(memory),
    view: new DataView(memory),
    stride: header[SLAB_HEADER.stride] as number,
    time: new Float64Array(memory, TIME_AT, 1),
    id: words(COLUMNS.id),
    at: words(COLUMNS.at),
    copied: words(COLUMNS.copied),
    length: words(COLUMNS.length),
    inInterface: words(COLUMNS.inInterface),
    outInterface: words(COLUMNS.outInterface),
    mark: words(COLUMNS.mark),
    meta: words(COLUMNS.meta),
    skbInfo: words(COLUMNS.skbInfo),
    newMark: words(COLUMNS.newMark),
    decision: words(COLUMNS.decision),
    verdict: bytes(COLUMNS.verdict),
    setMark: bytes(COLUMNS.setMark),
  }
}

/** The native counters of a slab, for a scraper. */
export function nativeCounters(memory: SharedArrayBuffer): BigUint64Array {
  return new BigUint64Array(memory, COUNTERS_AT, NATIVE_COUNTER_SLOTS)
}
