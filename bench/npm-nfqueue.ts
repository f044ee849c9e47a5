// SPDX-License-Identifier: GPL-2.0-or-later
// A consumer made of the npm package `nfqueue`, as the example of its documentation has it: a callback for each packet, which sets the verdict. It
// runs in a process of its own.
//
//   node npm-nfqueue.js IMAGE QUEUE RECEIVE_BUFFER PACKAGE
//
// What it decides is IP53B by shape and nothing else: no counters, no reasons, no other block, no look-up of the source. That is less work than
// the appliance and the references in C do. The customers are looked up in the appliance's own image, the best table that there is.

import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { CLASS, CLASS_WORDS, openImage } from '../src/contract/image.js'
import { activeHalf, isOutside } from '../src/datapath/classify/interfaces.js'
import { classOfIpv4 } from '../src/datapath/classify/prefixes.js'

/** What is used of the package. */
interface Package {
  readonly NF_DROP: number
  readonly NF_ACCEPT: number
  createQueueHandler(queue: number, receiveBuffer: number, onPacket: (packet: Packet) => void): void
}
interface Packet {
  readonly info: { readonly indev: number }
  readonly payload: Buffer
  setVerdict(verdict: number): void
}

const IPV4_VERSION = 4
const PROTOCOL_AT = 9
const DESTINATION_AT = 16
const UDP = 17
const UDP_BYTES = 8
const FRAGMENT_AT = 6
const FRAGMENTED = 0x3fff
const DNS_PORT = 53
const DNS_BYTES = 12
const FLAGS_AT = 2
const QUESTIONS_AT = 4
const QUERY_BIT = 0x80
const RESPONSE_TO_QUERY = 0x80
const RESPONSE_AND_OPCODE = 0xf8

const [imagePath, queue, receiveBuffer, folder] = process.argv.slice(2) as [string, string, string, string]
const nfqueue = createRequire(import.meta.url)(folder) as Package

const bytes = readFileSync(imagePath)
const memory = new SharedArrayBuffer(bytes.length)
new Uint8Array(memory).set(bytes)
const image = openImage(memory)
const half = activeHalf(image)
const destination = new Uint32Array(1)

/** Whether a packet for UDP port 53 of a customer comes from outside and is no DNS reply from port 53. */
function dies(packet: Buffer, indev: number): boolean {
  if (packet.length < 28 || packet[0] >>> 4 !== IPV4_VERSION || packet[PROTOCOL_AT] !== UDP) return false
  const udp = (packet[0] & 15) * 4
  if ((packet.readUInt16BE(FRAGMENT_AT) & FRAGMENTED) !== 0 || packet.length < udp + UDP_BYTES) return false
  if (packet.readUInt16BE(udp + 2) !== DNS_PORT || !isOutside(image, half, indev)) return false
  destination[0] = packet.readUInt32BE(DESTINATION_AT)
  if (image.classes[classOfIpv4(image, destination, 0) * CLASS_WORDS + CLASS.near] === 0) return false
  const dns = udp + UDP_BYTES
  if (packet.length < dns + DNS_BYTES || (packet[dns + FLAGS_AT] & QUERY_BIT) === 0) return true
  if ((packet[dns + FLAGS_AT] & RESPONSE_AND_OPCODE) !== RESPONSE_TO_QUERY || packet.readUInt16BE(dns + QUESTIONS_AT) > 1) return true
  return packet.readUInt16BE(udp) !== DNS_PORT
}

nfqueue.createQueueHandler(Number(queue), Number(receiveBuffer), (packet) => {
  packet.setVerdict(dies(packet.payload, packet.info.indev) ? nfqueue.NF_DROP : nfqueue.NF_ACCEPT)
})
process.stdout.write('{"ready":true}\n')
