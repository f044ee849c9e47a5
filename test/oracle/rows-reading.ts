// SPDX-License-Identifier: GPL-2.0-or-later
// Step 1 of docs/verdicts.md as rows: which bytes are readable, with how many of them in memory. `drop` means: read to the end, so that
// the block on UDP and TCP 53 (precision port) had its say; `passed` means: read, and of no service.

import { concat, hex, ip, tcp, udp } from '../property/packets.js'
import { block, network, policy, service } from '../property/policies.js'
import { address } from './addresses.js'

export interface ReadingRow {
  readonly name: string
  readonly bytes: Uint8Array
  /** Bytes in memory; all by default. */
  readonly copied?: number
  readonly expect: 'drop' | 'passed' | 'header-chain' | 'malformed' | 'not-ip' | 'fragment' | 'cut'
}

export const READING_POLICY = policy({
  networks: [network('customers', '198.51.100.0/24 2001:db8:100::/40', { customers: true })],
  blocks: [block(null, { services: [service('udp/53'), service('tcp/53')] })],
})

const four = { source: address('203.0.113.9'), destination: address('198.51.100.7') }
const six = { source: address('2001:db8:ffff::1'), destination: address('2001:db8:100::7') }
const query = udp(4321, 53, hex('1234 0100 0001 0000 0000 0000'))
const open = tcp(4321, 53, 2)
const acknowledging = tcp(4321, 53, 0x10)

/** Bytes of a packet with some of them replaced. */
function patched(bytes: Uint8Array, at: number, ...values: number[]): Uint8Array {
  const copy = bytes.slice()
  copy.set(values, at)
  return copy
}

const ipv4 = ip({ ...four, protocol: 17 }, query)
const ipv4Tcp = ip({ ...four, protocol: 6 }, open)
const optioned = ip({ ...four, protocol: 17, options: new Uint8Array(40).fill(1) }, query)
const ipv6 = ip({ ...six, protocol: 17 }, query)
const chain = (...types: (readonly [type: number, bytes: number])[]) =>
  ip({ ...six, protocol: 17, extensions: types.map(([type, bytes]) => ({ type, bytes })) }, query)
const fragment4 = (offset: number, more: boolean, transport = query, protocol = 17) =>
  ip({ ...four, protocol, fragment: { offset, more } }, transport)
const fragment6 = (offset: number, more: boolean, transport = query, protocol = 17) =>
  ip({ ...six, protocol, fragment: { offset, more } }, transport)
const optionedTcp = (segment: Uint8Array) =>
  ip({ ...four, protocol: 6, fragment: { offset: 0, more: true }, options: new Uint8Array(12).fill(1) }, segment)
/** Two fragment headers, both with "more to follow"; their flags are bytes 43 and 51, the UDP length is 60 and 61. */
const fragmentedTwice = ip({ ...six, protocol: 17, fragment: { offset: 0, more: true }, extensions: [{ type: 44, bytes: 8 }] }, query)

const version: ReadingRow[] = [
  { name: 'no bytes [1.not-ip]', bytes: hex(''), expect: 'not-ip' },
  { name: 'version 5 [1.not-ip]', bytes: hex('50'), expect: 'not-ip' },
  { name: 'version 0 [1.not-ip]', bytes: new Uint8Array(40), expect: 'not-ip' },
  { name: 'bytes on the wire, none in memory [1.least-header]', bytes: ipv4, copied: 0, expect: 'cut' },
]

const four4: ReadingRow[] = [
  { name: 'IPv4 UDP', bytes: ipv4, expect: 'drop' },
  { name: 'IPv4 with 40 bytes of options [1.options-end]', bytes: optioned, expect: 'drop' },
  { name: 'header of 4 words [1.ipv4-header]', bytes: patched(ipv4, 0, 0x44), expect: 'malformed' },
  { name: 'header of 4 words, one byte in memory [1.malformed-first]', bytes: patched(ipv4, 0, 0x44), copied: 1, expect: 'malformed' },
  { name: '19 bytes on the wire [1.least-header]', bytes: ipv4.slice(0, 19), expect: 'malformed' },
  { name: 'one byte on the wire [1.least-header]', bytes: hex('45'), expect: 'malformed' },
  { name: 'header longer than the wire [1.no-mending]', bytes: patched(ipv4.slice(0, 20), 0, 0x46), expect: 'malformed' },
  { name: 'total length below the header [1.ipv4-header]', bytes: patched(ipv4, 2, 0, 19), expect: 'malformed' },
  { name: 'total length below a header with options', bytes: patched(optioned, 2, 0, 59), expect: 'malformed' },
  { name: 'total length above the wire [1.ipv4-header]', bytes: patched(ipv4, 2, 0, ipv4.length + 1), expect: 'malformed' },
  { name: 'total length above the wire, 4 bytes in memory', bytes: patched(ipv4, 2, 0, 200), copied: 4, expect: 'malformed' },
  { name: 'total length above the wire, 3 bytes in memory [1.malformed-first]', bytes: patched(ipv4, 2, 0, 200), copied: 3, expect: 'cut' },
  { name: '19 bytes in memory [1.cut]', bytes: ipv4, copied: 19, expect: 'cut' },
  { name: 'options not all in memory [1.cut]', bytes: optioned, copied: 59, expect: 'cut' },
  { name: 'fragment with options not all in memory', bytes: patched(optioned, 6, 0, 1), copied: 59, expect: 'cut' },
  { name: 'padding is ignored [1.padding]', bytes: concat(ipv4, new Uint8Array(46)), expect: 'drop' },
  {
    name: 'padding cannot complete a UDP header [1.lengths]',
    bytes: concat(patched(ipv4, 2, 0, 27), new Uint8Array(46)),
    expect: 'malformed',
  },
  { name: 'another protocol [1.no-ports]', bytes: patched(ipv4, 9, 1), expect: 'passed' },
  { name: 'another protocol without a byte', bytes: patched(ipv4.slice(0, 20), 2, 0, 20, 0, 0, 0, 0, 64, 47), expect: 'passed' },
  { name: 'IPv4 walks no extension headers', bytes: patched(ipv4, 9, 60), expect: 'passed' },
]

const transports: ReadingRow[] = [
  { name: '7 bytes of UDP header [1.udp-header]', bytes: ip({ ...four, protocol: 17 }, query.slice(0, 7)), expect: 'malformed' },
  { name: '7 bytes of UDP header in memory', bytes: ipv4, copied: 27, expect: 'cut' },
  { name: 'UDP header alone in memory [1.lengths]', bytes: ipv4, copied: 28, expect: 'drop' },
  { name: 'UDP length 7 [1.udp-header]', bytes: patched(ipv4, 24, 0, 7), expect: 'malformed' },
  { name: 'UDP length 7, 26 bytes in memory', bytes: patched(ipv4, 24, 0, 7), copied: 26, expect: 'malformed' },
  { name: 'UDP length 7, 25 bytes in memory', bytes: patched(ipv4, 24, 0, 7), copied: 25, expect: 'cut' },
  { name: 'UDP length 8', bytes: patched(ipv4, 24, 0, 8), expect: 'drop' },
  { name: 'UDP length above what IP carries [1.udp-header]', bytes: patched(ipv4, 24, 0, query.length + 1), expect: 'malformed' },
  { name: 'UDP length 0, IPv4 [1.udp-length-zero]', bytes: patched(ipv4, 24, 0, 0), expect: 'malformed' },
  { name: 'UDP length 0, IPv6: to the end of the packet [1.udp-length-zero]', bytes: patched(ipv6, 44, 0, 0), expect: 'drop' },
  { name: 'UDP length 1, IPv6', bytes: patched(ipv6, 44, 0, 1), expect: 'malformed' },
  { name: 'TCP', bytes: ipv4Tcp, expect: 'drop' },
  { name: '19 bytes of TCP [1.tcp-header]', bytes: ip({ ...four, protocol: 6 }, open.slice(0, 19)), expect: 'malformed' },
  { name: 'TCP data offset 4 [1.tcp-header]', bytes: patched(ipv4Tcp, 32, 0x40), expect: 'malformed' },
  { name: 'TCP data offset beyond IP [1.tcp-header]', bytes: patched(ipv4Tcp, 32, 0x60), expect: 'malformed' },
  { name: 'TCP data offset beyond IP, 33 bytes in memory', bytes: patched(ipv4Tcp, 32, 0x60), copied: 33, expect: 'malformed' },
  { name: 'TCP, 32 bytes in memory', bytes: ipv4Tcp, copied: 32, expect: 'cut' },
  { name: 'TCP, 33 bytes in memory', bytes: ipv4Tcp, copied: 33, expect: 'cut' },
  { name: 'TCP, 34 bytes in memory', bytes: ipv4Tcp, copied: 34, expect: 'drop' },
  { name: 'TCP options up to the end', bytes: ip({ ...four, protocol: 6 }, tcp(9, 53, 2, 15)), expect: 'drop' },
]

const fragments: ReadingRow[] = [
  { name: 'later fragment [1.fragment]', bytes: fragment4(1, true), expect: 'fragment' },
  { name: 'last fragment', bytes: fragment4(8191, false), expect: 'fragment' },
  { name: 'first fragment [1.first-fragment]', bytes: fragment4(0, true), expect: 'drop' },
  { name: 'do-not-fragment is no fragment', bytes: patched(ipv4, 6, 0x40, 0), expect: 'drop' },
  { name: 'first fragment, UDP longer than it [1.first-fragment]', bytes: patched(fragment4(0, true), 24, 5, 0), expect: 'drop' },
  { name: 'first fragment, UDP length 7', bytes: patched(fragment4(0, true), 24, 0, 7), expect: 'malformed' },
  { name: 'first fragment, 7 bytes of UDP', bytes: fragment4(0, true, query.slice(0, 7)), expect: 'malformed' },
  {
    name: 'first fragment, the last bytes of a UDP header behind a multiple of 8 [1.fragment-units]',
    bytes: patched(fragment4(0, true, query.slice(0, 15)), 24, 5, 0),
    copied: 28,
    expect: 'drop',
  },
  {
    name: 'first fragment with options, 15 bytes of TCP [1.fragment-units]',
    bytes: optionedTcp(acknowledging.slice(0, 15)),
    expect: 'drop',
  },
  { name: 'first fragment, 7 bytes of TCP [1.tcp-header]', bytes: fragment4(0, true, open.slice(0, 7), 6), expect: 'malformed' },
  { name: 'first fragment, 8 bytes of TCP [1.hidden-flags]', bytes: fragment4(0, true, open.slice(0, 8), 6), expect: 'drop' },
  { name: 'first fragment, 8 bytes of TCP, ports in memory', bytes: fragment4(0, true, open.slice(0, 8), 6), copied: 24, expect: 'drop' },
  {
    name: 'first fragment, 8 bytes of TCP, 3 in memory [1.cut]',
    bytes: fragment4(0, true, open.slice(0, 8), 6),
    copied: 23,
    expect: 'cut',
  },
  { name: 'first fragment, 8 bytes of TCP to another port', bytes: fragment4(0, true, tcp(9, 54, 2).slice(0, 8), 6), expect: 'passed' },
  { name: 'last of one fragment, 8 bytes of TCP', bytes: fragment4(0, false, open.slice(0, 8), 6), expect: 'malformed' },
  {
    name: "first fragment, 15 bytes of TCP: flags behind a multiple of 8 are nobody's [1.fragment-units]",
    bytes: fragment4(0, true, acknowledging.slice(0, 15), 6),
    expect: 'drop',
  },
  { name: 'first fragment, 16 bytes of TCP, opening [1.hidden-flags]', bytes: fragment4(0, true, open.slice(0, 16), 6), expect: 'drop' },
  { name: 'first fragment, 16 bytes of TCP, not opening', bytes: fragment4(0, true, acknowledging.slice(0, 16), 6), expect: 'passed' },
  { name: 'first fragment, 19 bytes of TCP, opening', bytes: fragment4(0, true, open.slice(0, 19), 6), expect: 'drop' },
  { name: 'first fragment, 16 bytes of TCP, 13 in memory', bytes: fragment4(0, true, open.slice(0, 16), 6), copied: 33, expect: 'cut' },
  {
    name: 'first fragment, 16 bytes of TCP, data offset 4',
    bytes: patched(fragment4(0, true, open.slice(0, 16), 6), 32, 0x40),
    expect: 'malformed',
  },
  { name: 'IPv6 first fragment, 7 bytes of TCP', bytes: fragment6(0, true, open.slice(0, 7), 6), expect: 'malformed' },
  { name: 'IPv6 first fragment, 8 bytes of TCP [1.hidden-flags]', bytes: fragment6(0, true, open.slice(0, 8), 6), expect: 'drop' },
  { name: 'IPv6 first fragment, 16 bytes of TCP, not opening', bytes: fragment6(0, true, acknowledging.slice(0, 16), 6), expect: 'passed' },
  { name: 'IPv6 atomic fragment, 8 bytes of TCP', bytes: fragment6(0, false, open.slice(0, 8), 6), expect: 'malformed' },
  { name: 'first fragment, TCP options behind it', bytes: patched(fragment4(0, true, open, 6), 32, 0xf0), expect: 'drop' },
  { name: 'IPv6 later fragment [1.fragment]', bytes: fragment6(1, true), expect: 'fragment' },
  { name: 'IPv6 later fragment of 8 bytes behind the header', bytes: fragment6(1, false, query.slice(0, 8)), expect: 'fragment' },
  { name: 'IPv6 first fragment, UDP longer than it', bytes: patched(fragment6(0, true), 52, 5, 0), expect: 'drop' },
  { name: 'IPv6 atomic fragment [1.atomic-fragment]', bytes: fragment6(0, false), expect: 'drop' },
  { name: 'IPv6 atomic fragment, UDP longer than it', bytes: patched(fragment6(0, false), 52, 5, 0), expect: 'malformed' },
  {
    name: 'two fragment headers, more to follow in the first: UDP may be longer [1.several-fragment-headers]',
    bytes: patched(patched(fragmentedTwice, 51, 0), 60, 5, 0),
    expect: 'drop',
  },
  {
    name: 'two fragment headers, more to follow in the second: UDP may be longer [1.several-fragment-headers]',
    bytes: patched(patched(fragmentedTwice, 43, 0), 60, 5, 0),
    expect: 'drop',
  },
  {
    name: 'two fragment headers, both atomic',
    bytes: patched(patched(patched(fragmentedTwice, 43, 0), 51, 0), 60, 5, 0),
    expect: 'malformed',
  },
  { name: 'IPv6 fragment header, 7 bytes in memory', bytes: fragment6(1, true), copied: 47, expect: 'cut' },
  { name: 'IPv6 fragment header beyond the payload', bytes: patched(fragment6(1, true), 4, 0, 7), expect: 'malformed' },
]

const eight = [60, 60, 60, 60, 60, 60, 60, 60].map((type) => [type, 8] as const)
const six6: ReadingRow[] = [
  { name: 'IPv6 UDP', bytes: ipv6, expect: 'drop' },
  { name: 'IPv6, 39 bytes on the wire', bytes: ipv6.slice(0, 39), expect: 'malformed' },
  { name: 'IPv6, one byte on the wire [1.no-mending]', bytes: ipv6.slice(0, 1), expect: 'malformed' },
  { name: 'IPv6, 39 bytes in memory', bytes: ipv6, copied: 39, expect: 'cut' },
  { name: 'IPv6 payload length beyond the wire [1.ipv6-length]', bytes: patched(ipv6, 4, 0, query.length + 1), expect: 'malformed' },
  { name: 'IPv6 payload length beyond the wire, 6 bytes in memory', bytes: patched(ipv6, 4, 1, 0), copied: 6, expect: 'malformed' },
  { name: 'IPv6 payload length beyond the wire, 5 bytes in memory', bytes: patched(ipv6, 4, 1, 0), copied: 5, expect: 'cut' },
  { name: 'IPv6 without payload', bytes: patched(ipv6.slice(0, 40), 4, 0, 0, 59), expect: 'passed' },
  { name: 'IPv6 padding is ignored [1.padding]', bytes: concat(ipv6, new Uint8Array(9)), expect: 'drop' },
  { name: 'every walked header [1.walked-headers]', bytes: chain([0, 8], [43, 8], [51, 12], [60, 16]), expect: 'drop' },
  { name: 'an authentication header counts words of four bytes', bytes: chain([51, 12]), expect: 'drop' },
  { name: 'mobility ends the chain [1.walked-headers]', bytes: chain([135, 8]), expect: 'passed' },
  { name: 'extension header beyond the payload [1.extension-beyond]', bytes: patched(chain([60, 8]), 41, 200), expect: 'malformed' },
  { name: 'extension header without its second byte', bytes: patched(chain([60, 8]).slice(0, 41), 4, 0, 1), expect: 'malformed' },
  { name: 'extension header up to the end', bytes: patched(chain([60, 8]).slice(0, 48), 4, 0, 8, 60, 64), expect: 'malformed' },
  {
    name: 'extension header up to the end, nothing behind it',
    bytes: patched(patched(chain([60, 8]).slice(0, 48), 40, 59), 4, 0, 8),
    expect: 'passed',
  },
  { name: 'extension header of 7 bytes', bytes: patched(chain([60, 8]).slice(0, 47), 4, 0, 7), expect: 'malformed' },
  {
    name: 'extension header of 7 bytes, first byte in memory',
    bytes: patched(chain([60, 8]).slice(0, 47), 4, 0, 7),
    copied: 41,
    expect: 'malformed',
  },
  { name: 'extension header, first byte in memory', bytes: chain([60, 8]), copied: 41, expect: 'cut' },
  { name: 'extension header, two bytes in memory, UDP not', bytes: chain([60, 8]), copied: 42, expect: 'cut' },
  {
    name: 'extension header beyond the payload, two bytes in memory',
    bytes: patched(chain([60, 8]), 41, 200),
    copied: 42,
    expect: 'malformed',
  },
]

const endless: ReadingRow[] = [
  { name: 'eight headers of 8 bytes [1.endless-chain]', bytes: chain(...eight), expect: 'drop' },
  { name: 'nine headers [1.endless-chain]', bytes: chain(...eight, [60, 8]), expect: 'header-chain' },
  { name: 'one header of 64 bytes', bytes: chain([60, 64]), expect: 'drop' },
  { name: 'one header of 72 bytes', bytes: chain([60, 72]), expect: 'header-chain' },
  { name: 'one header of 68 bytes', bytes: chain([51, 68]), expect: 'header-chain' },
  { name: 'more than 64 bytes together [1.endless-chain]', bytes: chain([60, 40], [43, 32]), expect: 'header-chain' },
  { name: 'endless, only its first two bytes in memory', bytes: chain([60, 72]), copied: 42, expect: 'header-chain' },
  {
    name: 'endless but for the length: malformed comes first [1.endless-order]',
    bytes: patched(chain([60, 8]), 41, 30),
    expect: 'malformed',
  },
  { name: 'the ninth header is a later fragment [1.endless-order]', bytes: patched(chain(...eight, [44, 8]), 106, 1), expect: 'fragment' },
  { name: 'endless without any service behind it', bytes: patched(chain([60, 72]), 40, 58), expect: 'header-chain' },
]

export const READING_ROWS: readonly ReadingRow[] = [...version, ...four4, ...transports, ...fragments, ...six6, ...endless]

/** What a row expects, from the reason that READING_POLICY gave. */
export function readingOutcome(reason: string): string {
  if (reason === 'port') return 'drop'
  return reason === 'no-block' ? 'passed' : reason
}
