// SPDX-License-Identifier: GPL-2.0-or-later
// Scenario ip123b: NTP amplification is blocked by port, then by shape, and one sees whose clock stops.

import type { Phase, Scenario } from '../scenario.js'
import { DYNAMIC, NETWORK } from './ntp-network.js'
import { startPrograms } from './ntp-programs.js'
import { ROWS } from './ntp-rows.js'

const policy = (mode: string, precision: string): string => `version: 1
timezone: Asia/Tokyo
interfaces: { outside: [outside] }
networks:
  dynamic: { customers: true, prefixes: [${DYNAMIC}] }
blocks:
  - profile: IP123B
    protect: [dynamic]
    mode: ${mode}
    precision: ${precision}
    reason: Old devices of customers are abused for NTP amplification
`

const PHASES: readonly Phase[] = [
  { name: 'no-filter', title: 'No filter: what happens today', policy: null, does: 'nothing' },
  {
    name: 'observe',
    title: 'IP123B in mode observe: everything passes, ipxxb counts what it would drop',
    policy: policy('observe', 'shape'),
    does: 'observes',
  },
  {
    name: 'port',
    title: 'IP123B enforced by port: every UDP packet to port 123 of a customer is dropped',
    policy: policy('enforce', 'port'),
    does: 'drops',
  },
  {
    name: 'shape',
    title: 'IP123B enforced by shape: of these, requests are dropped and the time passes',
    policy: policy('enforce', 'shape'),
    does: 'drops',
  },
]

const STORY = `An attacker sends requests of a few bytes to time servers of customers and writes the victim's address into them. An old device answers
with a list of all whom it has talked to (mode 7, monlist), a server of today with its variables (mode 6). Both answers fly at the victim.
Meanwhile customers want to know the time, and many a client asks from port 123. Real servers and clients (chrony, ntpsec); the old device is
played by a program of the lab, since no server that can be had today answers monlist:

   attacker --+                            +-- camera     a device that answers monlist
   victim   --+                            +-- office     a time server that answers mode 6 (ntpsec)
              +-- Internet ==== router ====+-- club       a time server for everybody (chrony)
   visitor  --+                (ipxxb)     +-- desk       its clock asks from port 123 (chrony)
   clock    --+                            +-- phone      its clock asks from another port each time (chrony)
   (chrony)
`

const MORAL = `Blocked by port, the attacks die, and with them the clocks that ask from port 123. Blocked by shape, those go on. A customer's own time server
is asked no more in either case: it needs an exemption.`

export const IP123B: Scenario = {
  name: 'ip123b',
  title: 'NTP amplification, and clocks that ask from port 123',
  story: STORY,
  moral: MORAL,
  topology: NETWORK,
  router: 'router',
  phases: PHASES,
  rows: ROWS,
  stage: startPrograms,
}
