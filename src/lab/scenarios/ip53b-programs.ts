// SPDX-License-Identifier: GPL-2.0-or-later
// The programs of scenario ip53b: name servers, the ISP's resolver, the open forwarder, a customer's resolver, and something on TCP 53.

import type { Lab } from '../running-lab.js'
import { ADDRESSES } from './ip53b-network.js'

const TXT_RECORDS = 4
const TXT_BYTES = 250

/**
 * The name whose answer is large: real attackers use what they find, or make one themselves. Below 1232 bytes, so that it is one
 * packet; of one type alone, since a modern server answers ANY with one type (RFC 8482).
 */
export const LARGE_NAME = 'large.example'
/** Below here no name exists. */
export const TORTURED = 'torture.example'
/** Below here every name exists, so that each can be asked for the first time. */
export const BROWSED = 'browse.example'
export const BUSINESS_NAME = 'www.business.test'

const start = (origin: string, server: string): string => `$ORIGIN ${origin}.
$TTL 3600
@ IN SOA ns hostmaster 1 3600 600 86400 60
@ IN NS ns
ns IN A ${server}
`

const largeText = Array.from({ length: TXT_RECORDS }, (_, index) => `large IN TXT "${String(index).repeat(TXT_BYTES)}"\n`).join('')

const EXAMPLE_ZONE = `${start('example', ADDRESSES.authority)}${largeText}torture IN A ${ADDRESSES.visitor}
*.browse IN A ${ADDRESSES.visitor}
`
const BUSINESS_ZONE = `${start('business.test', ADDRESSES.business)}www IN A ${ADDRESSES.business}
`

/** Answered by the ISP's resolver itself: tells that it serves, and asks nobody. */
const READY = 'ready.lab'

/** Starts all programs, and returns when each has answered a question over the path that the rows use. */
export async function startPrograms(lab: Lab): Promise<void> {
  const { daemons } = lab
  const authority = daemons.nsd('authority', lab.host('authority'), ADDRESSES.authority, 'example', EXAMPLE_ZONE)
  const business = daemons.nsd('business', lab.host('business'), ADDRESSES.business, 'business.test', BUSINESS_ZONE)
  const resolver = daemons.unbound(
    'resolver',
    lab.host('resolver'),
    [`interface: ${ADDRESSES.resolver}`, 'access-control: 198.51.100.0/24 allow', `local-data: "${READY}. A 192.0.2.1"`],
    { 'example.': ADDRESSES.authority },
  )
  // As home routers are: whoever asks, on whatever interface, is answered.
  const home = daemons.dnsmasq('home', lab.host('home'), [`server=${ADDRESSES.resolver}`])
  // Serves its own people alone, and sends every question from port 53, as old firewall rules wanted it.
  const office = daemons.dnsmasq('office', lab.host('office'), [
    `server=${ADDRESSES.authority}@${ADDRESSES.office}#53`,
    'listen-address=127.0.0.1',
    'bind-interfaces',
  ])
  await lab.host('office').run('greet', { address: ADDRESSES.office, port: 53 })
  await Promise.all([
    lab.serves('visitor', ADDRESSES.authority, `ready.${BROWSED}`, authority),
    lab.serves('visitor', ADDRESSES.business, BUSINESS_NAME, business),
    lab.serves('home', ADDRESSES.resolver, READY, resolver),
  ])
  // Through the others, which therefore must serve first.
  await Promise.all([
    lab.serves('client', ADDRESSES.homeInside, `ready.${BROWSED}`, home),
    lab.serves('office', '127.0.0.1', `ready.${BROWSED}`, office),
  ])
}
