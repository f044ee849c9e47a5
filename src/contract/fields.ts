// SPDX-License-Identifier: GPL-2.0-or-later
// One packet as integers: a Uint32Array of FIELD_WORDS words, one per engine, reused for every packet.
// parse writes (p), classify adds (c), inspect adds (i); each stage reads what the stages before it wrote. A stage that is not reached
// leaves the words of the packet before: only STATUS says how far the others may be trusted.
//
// Lengths, all counted from the first UDP payload byte, and 0 for everything that is not UDP:
//
//   UDP header | payload ........................................|   PAYLOAD_LENGTH  what the UDP header says
//              |............................|                        PAYLOAD_HERE    of it, in this packet on the wire (less: first fragment)
//              |..................|                                  PAYLOAD_COPIED  of it, in memory (less: the copy range cut it)
//
//   PAYLOAD_COPIED <= PAYLOAD_HERE <= PAYLOAD_LENGTH

/** (p) UNDECIDED: readable. HEADER_CHAIN: addresses are known, protocol and ports are not. Any other reason: nothing below is valid. */
export const STATUS = 0
/** (p) 4 or 6. */
export const FAMILY = 1
/** (p) IP protocol number behind the extension headers. Ports are valid for UDP and TCP only. */
export const PROTOCOL = 2
/** (p) Four words in host order, most significant first; an IPv4 address is in the first. */
export const SOURCE = 3
/** (p) As SOURCE. */
export const DESTINATION = 7
/** (p) 0 without ports. */
export const SOURCE_PORT = 11
export const DESTINATION_PORT = 12
/** (p) Byte 13 of the TCP header, or TCP_SYN in a first fragment that ends before it; 0 for other protocols. */
export const TCP_FLAGS = 13
/** (p) Index in the slab's bytes of the first UDP payload byte. */
export const PAYLOAD_AT = 14
export const PAYLOAD_LENGTH = 15
export const PAYLOAD_HERE = 16
export const PAYLOAD_COPIED = 17
/** (c) A direction of contract/verdicts.ts. */
export const DIRECTION = 18
/** (c) 1 where the source address belongs to the other side. */
export const SPOOFED = 19
/** (c) Address classes, indices into the image's classes. */
export const SOURCE_CLASS = 20
export const DESTINATION_CLASS = 21
/** (c) Port classes, as the image's port tables gave them. */
export const SOURCE_PORT_CLASS = 22
export const DESTINATION_PORT_CLASS = 23
/** (i) A shape of contract/verdicts.ts, of the block inspected last. */
export const SHAPE = 24
/** (p) Index in the slab's bytes of the transport header, and the bytes on the wire from there to the end of the IP packet. Not for HEADER_CHAIN. */
export const TRANSPORT_AT = 25
export const TRANSPORT_LENGTH = 26
/** (p) 1 where more fragments follow: what the transport header speaks of does not end with this packet. Not for HEADER_CHAIN. */
export const FIRST_FRAGMENT = 27

export const FIELD_WORDS = 32

export const TCP_FIN = 0x01
export const TCP_SYN = 0x02
export const TCP_RST = 0x04
export const TCP_ACK = 0x10
