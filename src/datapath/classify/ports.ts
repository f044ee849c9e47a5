// SPDX-License-Identifier: GPL-2.0-or-later
// Port classes: one read for each port. The caller asks for UDP, or for the opening segment of TCP; nothing else has a class.

import type { Image } from '../../contract/image.js'
import * as IMAGE from '../../contract/image.js'

const { PORT_TABLE } = IMAGE

const UDP_DESTINATION = PORT_TABLE.udpDestination
const UDP_SOURCE = PORT_TABLE.udpSource
const TCP_DESTINATION = PORT_TABLE.tcpDestination
const TCP_SOURCE = PORT_TABLE.tcpSource

/** Class of a destination port. */
export function destinationPortClass(image: Image, udp: boolean, port: number): number {
  return image.ports[(udp ? UDP_DESTINATION : TCP_DESTINATION) + port]
}

/** Class of a source port. */
export function sourcePortClass(image: Image, udp: boolean, port: number): number {
  return image.ports[(udp ? UDP_SOURCE : TCP_SOURCE) + port]
}
