// SPDX-License-Identifier: GPL-2.0-or-later
// Packets of our own, such as the answers to rejected ones. They carry OWN_MARK, leave by the interface that is named, whatever the routes
// say, and nothing is ever received. Sending never waits: what the kernel does not take at once is not sent.

import { OWN_MARK } from '../../contract/numbers.js'
import { OperationalError } from '../../errors.js'
import { loadAddon, type NativeAddon, type NativeRawSocket } from './native.js'

export interface RawSocket {
  /**
   * Sends the first `length` bytes of `packet`, an IP packet from its header on, to its destination out of `outInterface`. The kernel
   * fills in an IPv4 source of 0.0.0.0 and the header's checksum; of an ICMPv6 packet the whole header and the checksum, with a source of
   * its own choice whatever stands there. Returns 0, or a negative errno; never throws for what the kernel says.
   */
  send(packet: Uint8Array, length: number, outInterface: number): number
  /** A second call does nothing. */
  close(): void
}

class OpenRawSocket implements RawSocket {
  #native: NativeRawSocket | null

  constructor(native: NativeRawSocket) {
    this.#native = native
  }

  send(packet: Uint8Array, length: number, outInterface: number): number {
    if (this.#native === null) throw new TypeError('send() was called on a socket that is closed.')
    if (!(length >= 0 && length <= packet.length)) throw new TypeError(`A packet of ${packet.length} bytes has no ${length} bytes to send.`)
    // An interface of 0 would mean: wherever the routes lead.
    if (outInterface === 0) return ENODEV
    return this.#native.send(packet, length, outInterface)
  }

  close(): void {
    this.#native?.close()
    this.#native = null
  }
}

const ENODEV = -19
const EPERM = 1

/** Throws OperationalError NO_PRIVILEGE, NO_ADDON, or WORKER_FAILED for what the catalogue has no name of its own (no file descriptors). */
export function openRawSocket(addon: NativeAddon = loadAddon()): RawSocket {
  try {
    return new OpenRawSocket(addon.openRawSocket(OWN_MARK))
  } catch (cause) {
    const { errno, message } = cause as { errno: number; message: string }
    if (errno === EPERM) throw new OperationalError('NO_PRIVILEGE', 'raw sockets need CAP_NET_RAW, and marks CAP_NET_ADMIN', { cause })
    throw new OperationalError('WORKER_FAILED', message, { cause })
  }
}
