// SPDX-License-Identifier: GPL-2.0-or-later
// Builds packets byte by byte: IPv4 with options, IPv6 with extension headers, UDP, TCP, fragments, and headers that lie about lengths.
// Checksums are zero: nothing in the data path reads them, the kernel has checked or will.

import { type Address, addressBytes } from '../oracle/addresses.js'
import type { Packet } from '../oracle/readable.js'

export interface IpSpec {
  readonly source: Address
  readonly destination: Address
  readonly protocol: number
  /** Fragment offset in units of 8 bytes, and the more-to-follow bit. IPv6: adds a fragment header, even an atomic one. */
  readonly fragment?: { readonly offset: number; readonly more: boolean } | undefined
  /** IPv4: option bytes, a multiple of 4, at most 40. */
  readonly options?: Uint8Array
  /** IPv6: the chain, in order, before a fragment header. */
  readonly extensions?: readonly Extension[]
  /** Instead of the true total length (IPv4) or payload length (IPv6). */
  readonly claimedLength?: number | undefined
  /** IPv4: instead of the true header length, in words. */
  readonly claimedWords?: number | undefined
}

/** An extension header of `bytes` bytes: a multiple of 8, or of 4 for the authentication header (51). */
export interface Extension {
  readonly type: number
  readonly bytes: number
}

const big16 = (value: number): number[] => [(value >> 8) & 255, value & 255]

export function concat(...parts: readonly (Uint8Array | readonly number[])[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0))
  let at = 0
  for (const part of parts) {
    whole.set(part, at)
    at += part.length
  }
  return whole
}

export function udp(sourcePort: number, destinationPort: number, payload: Uint8Array, claimedLength?: number): Uint8Array {
  return concat(big16(sourcePort), big16(destinationPort), big16(claimedLength ?? 8 + payload.length), [0, 0], payload)
}

export function tcp(sourcePort: number, destinationPort: number, flags: number, words = 5): Uint8Array {
  const options = new Array<number>(Math.max(0, words - 5) * 4).fill(1)
  return concat(big16(sourcePort), big16(destinationPort), [0, 0, 0, 1, 0, 0, 0, 0, words << 4, flags, 255, 255, 0, 0, 0, 0], options)
}

/** An IP packet of the source's family around `transport`. */
export function ip(spec: IpSpec, transport: Uint8Array): Uint8Array {
  return spec.source.family === 4 ? ipv4(spec, transport) : ipv6(spec, transport)
}

function ipv4(spec: IpSpec, transport: Uint8Array): Uint8Array {
  const options = spec.options ?? new Uint8Array(0)
  const headerBytes = 20 + options.length
  const { offset, more } = spec.fragment ?? { offset: 0, more: false }
  return concat(
    [0x40 | (spec.claimedWords ?? headerBytes / 4), 0],
    big16(spec.claimedLength ?? headerBytes + transport.length),
    [0x12, 0x34],
    big16((more ? 0x2000 : 0) | offset),
    [64, spec.protocol, 0, 0],
    addressBytes(spec.source),
    addressBytes(spec.destination),
    options,
    transport,
  )
}

function ipv6(spec: IpSpec, transport: Uint8Array): Uint8Array {
  const { chain, first } = extensionChain(spec)
  return concat(
    [0x60, 0, 0, 0],
    big16(spec.claimedLength ?? chain.length + transport.length),
    [first, 64],
    addressBytes(spec.source),
    addressBytes(spec.destination),
    chain,
    transport,
  )
}

const FRAGMENT_HEADER = 44

/** The chain's bytes, and the number of its first header. */
function extensionChain(spec: IpSpec): { chain: Uint8Array; first: number } {
  const headers = [...(spec.extensions ?? [])]
  if (spec.fragment) headers.push({ type: FRAGMENT_HEADER, bytes: 8 })
  const parts = headers.map(({ type, bytes }, index) => {
    const next = headers[index + 1]?.type ?? spec.protocol
    if (type === FRAGMENT_HEADER) {
      const { offset, more } = spec.fragment ?? { offset: 0, more: false }
      return [next, 0, ...big16((offset << 3) | (more ? 1 : 0)), 0, 0, 0, 7]
    }
    const length = type === 51 ? bytes / 4 - 2 : bytes / 8 - 1
    return [next, length, ...new Array<number>(bytes - 2).fill(0)]
  })
  return { chain: concat(...parts), first: headers[0]?.type ?? spec.protocol }
}

/** The packet as a queue hands it over: `copied` of its bytes in memory, all of them by default. */
export function onTheWire(bytes: Uint8Array, copied = bytes.length, inInterface = 0, outInterface = 0): Packet {
  return { copied: bytes.slice(0, copied), length: bytes.length, inInterface, outInterface }
}

/** Bytes from hexadecimal digits; spaces are ignored. */
export function hex(text: string): Uint8Array {
  return Uint8Array.from(text.replaceAll(' ', '').match(/../g) ?? [], (pair) => Number.parseInt(pair, 16))
}
