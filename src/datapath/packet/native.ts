// SPDX-License-Identifier: GPL-2.0-or-later
// The addon's exports as TypeScript sees them, and the only place that loads it. Environment variables have no say in which file is
// loaded: the appliance runs as root.

import { createRequire } from 'node:module'
import { getSystemErrorName } from 'node:util'
import { OperationalError } from '../../errors.js'

/** A bound queue. native/README.md describes the calls. */
export interface NativeQueue {
  /** Packets in the batch, 0 for none, or a negative errno where the queue is lost. Not after close(). */
  exchange(waitMilliseconds: number): number
  /** Bytes that the kernel copied of each packet of the last batch, at least, where it had as many. */
  copyRange(): number
  /** 0, or a negative errno. Not after close(). */
  setCopyRange(copyRange: number, receiveBuffer: number): number
  close(): void
}

/** Sockets for packets of our own; rawsocket.ts says what send() does. */
export interface NativeRawSocket {
  send(packet: Uint8Array, length: number, outInterface: number): number
  close(): void
}

export interface NativeLayout {
  readonly [name: string]: number | { readonly [name: string]: number }
}

export interface NativeAddon {
  /** The numbers of native/src/layout.h. */
  readonly layout: NativeLayout
  createWake(): number
  wake(fd: number): void
  closeWake(fd: number): void
  listInterfaces(): Interface[]
  /** Negative: an errno. */
  rulesetGeneration(): number
  /** 0 or a negative errno. */
  replaceElements(table: string, set: string, keys: Uint8Array, milliseconds: number): Promise<number>
  /** Negative: an errno. */
  readCounters(table: string): NamedCounter[] | number
  keepFromForks(view: Uint8Array): number
  useHugePages(view: Uint8Array): void
  /** 0 or a negative errno. */
  pinThread(processor: number): number
  /** Arguments as nfqueue.ts has checked them: the addon ends the process where they are wrong. Throws a NativeOpenError. */
  openQueue(
    queue: number,
    slab: Uint8Array,
    wake: number,
    copyRange: number,
    maxLength: number,
    receiveBuffer: number,
    failOpen: boolean,
    defaultVerdict: number,
  ): NativeQueue
  /** Throws an Error with `errno`. */
  openRawSocket(mark: number): NativeRawSocket
}

/** A counter of nf_tables; the bytes are of IP. */
export interface NamedCounter {
  readonly name: string
  readonly packets: number
  readonly bytes: number
}

/** A network interface, by the index that packets carry. */
export interface Interface {
  readonly name: string
  readonly index: number
}

/** What openQueue throws. */
export interface NativeOpenError extends Error {
  /** A code of errors.ts, or '' where errno says more than a code would. */
  readonly status: 'QUEUE_IN_USE' | 'NO_PRIVILEGE' | 'NO_NFQUEUE' | ''
  readonly errno: number
  /** Of the queue's owner; 0 where it cannot be told. */
  readonly ownerPort: number
  readonly ownerProcess: number
}

const ADDON = 'native/build/Release/ipxxb.node'
/** From dist/datapath/packet/ and build/src/datapath/packet/ alike, the root of the project is at most this far up. */
const LEVELS = 5

let loaded: NativeAddon | null = null

/** The addon. Throws OperationalError NO_ADDON where it was not built, or was built for another machine. */
export function loadAddon(from: string = import.meta.url): NativeAddon {
  if (loaded !== null) return loaded
  const require = createRequire(from)
  for (let up = '../', level = 0; level < LEVELS; up += '../', level++) {
    try {
      loaded = require(up + ADDON) as NativeAddon
      return loaded
    } catch (cause) {
      if ((cause as NodeJS.ErrnoException).code === 'MODULE_NOT_FOUND') continue
      throw new OperationalError('NO_ADDON', `${ADDON} cannot be loaded: ${(cause as Error).message}`, { cause })
    }
  }
  throw new OperationalError('NO_ADDON', `${ADDON} is not there`)
}

/** A new wake-up for openNfqueue(), as a file descriptor. Close it with closeWake() when the queue's worker has ended. */
export function createWake(): number {
  return loadAddon().createWake()
}

/** Makes the exchange() that waits on this wake-up return, or the next one not wait. From any thread. */
export function wake(fd: number): void {
  loadAddon().wake(fd)
}

export function closeWake(fd: number): void {
  loadAddon().closeWake(fd)
}

/** The network interfaces of this network namespace, as they are now. */
export function listInterfaces(): Interface[] {
  return loadAddon().listInterfaces()
}

/**
 * The generation of the nf_tables ruleset of this network namespace: another number after each change, whoever made it. -1 where the kernel
 * has no nf_tables, or does not tell.
 */
export function rulesetGeneration(): number {
  return Math.max(loadAddon().rulesetGeneration(), -1)
}

/**
 * Replaces the elements of a set of one-byte keys, in a table of family inet of this network namespace: each of `keys` is in it for so long
 * from now. Waits for whoever is changing rules, in a thread apart. Throws STEERING_FAILED.
 */
export async function replaceElements(table: string, set: string, keys: Uint8Array, milliseconds: number): Promise<void> {
  const result = await loadAddon().replaceElements(table, set, keys, milliseconds)
  if (result < 0) throw notTaken(`the set ${set} of table inet ${table}`, result)
}

/** Rules that change while the kernel goes through its counters make it begin again; more often than this it is no coincidence. */
const COUNTER_TRIES = 5
const EINTR = -4

/** The named counters of a table of family inet of this network namespace; none where there is no such table. Throws STEERING_FAILED. */
export function readCounters(table: string, addon: Pick<NativeAddon, 'readCounters'> = loadAddon()): readonly NamedCounter[] {
  for (let tries = 1; ; tries++) {
    const result = addon.readCounters(table)
    if (typeof result !== 'number') return result
    if (result !== EINTR || tries === COUNTER_TRIES) throw notTaken(`the counters of table inet ${table}`, result)
  }
}

const notTaken = (what: string, errno: number): OperationalError =>
  new OperationalError('STEERING_FAILED', `nf_tables, ${what}: ${getSystemErrorName(errno)}`)

/** Leaves the memory out of child processes, which makes starting them cheap beside large images. Where the kernel refuses, nothing changes. */
export function keepFromForks(memory: SharedArrayBuffer): void {
  loadAddon().keepFromForks(new Uint8Array(memory))
}

/** Lays what of the memory is in use into huge pages, for look-ups all over it. Where the kernel refuses, nothing changes. */
export function useHugePages(memory: SharedArrayBuffer): void {
  loadAddon().useHugePages(new Uint8Array(memory))
}

/** Keeps the calling thread on one processor. Returns why it could not, or null. */
export function pinThread(processor: number): string | null {
  const result = loadAddon().pinThread(processor)
  return result === 0 ? null : getSystemErrorName(result)
}
