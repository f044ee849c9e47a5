// SPDX-License-Identifier: GPL-2.0-or-later
// What an operator writes for one end of a packet: 198.51.100.7, 198.51.100.7:53, 2001:db8::1, [2001:db8::1]:53.

import { parseAddress } from '../control/policy/prefixes.js'
import { OperationalError } from '../errors.js'
import type { Words } from './networks.js'

export interface Endpoint {
  readonly address: Words
  /** null: not said. */
  readonly port: number | null
}

const MAX_PORT = 65535
const FORM = /^(?:\[(?<bracketed>[^\]]*)\](?::(?<portBehind>\d{1,5}))?|(?<plain>[\d.]+):(?<port>\d{1,5})|(?<alone>[^[\]]*))$/

/** Throws USAGE, naming `option`. */
export function parseEndpoint(option: string, text: string): Endpoint {
  const groups = FORM.exec(text)?.groups
  const address = groups && parseAddress(groups.bracketed ?? groups.plain ?? groups.alone ?? '')
  const written = groups?.portBehind ?? groups?.port
  const port = written === undefined ? null : Number(written)
  if (groups === undefined || address == null || (groups.bracketed !== undefined && address.length === 1)) {
    throw new OperationalError(
      'USAGE',
      `${option} takes an address, or one with a port as in 192.0.2.1:53 or [2001:db8::1]:53, not \`${text}\``,
    )
  }
  if (port !== null && port > MAX_PORT) throw new OperationalError('USAGE', `${option}: there is no port ${port}`)
  if (address.length === 4 && address[0] === 0 && address[1] === 0 && address[2] === 0xffff) {
    throw new OperationalError('USAGE', `${option}: no packet carries an IPv4-mapped address such as \`${text}\`; write the IPv4 address`)
  }
  return { address, port }
}
