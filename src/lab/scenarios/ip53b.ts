// SPDX-License-Identifier: GPL-2.0-or-later
// Scenario ip53b: queries from outside to open forwarders are blocked by port, then by shape, and one sees who dies and who lives.

import type { Lab } from '../running-lab.js'
import type { Phase, Scenario } from '../scenario.js'
import { DYNAMIC, NETWORK, STATIC } from './ip53b-network.js'
import { startPrograms } from './ip53b-programs.js'
import { ROWS } from './ip53b-rows.js'

const policy = (mode: string, precision: string): string => `version: 1
timezone: Asia/Tokyo
interfaces: { outside: [outside] }
networks:
  dynamic:   { customers: true, prefixes: [${DYNAMIC}] }
  static:    { customers: true, prefixes: [${STATIC}] }
  resolvers: { prefixes: [192.0.2.53/32] }
defaults: { mode: observe, precision: shape, overload: fail-open, hook: forward }
blocks:
  - profile: IP53B
    protect: [dynamic]
    mode: ${mode}
    precision: ${precision}
    reason: Open forwarders in customer routers are abused for DNS amplification
`

const PHASES: readonly Phase[] = [
  { name: 'no-filter', title: 'No filter: what happens today', policy: null },
  {
    name: 'observe',
    title: 'IP53B in mode observe: everything passes, ipxxb counts what it would drop',
    policy: policy('observe', 'shape'),
  },
  {
    name: 'port',
    title: 'IP53B enforced by port: every UDP packet to port 53 of a dynamic address is dropped',
    policy: policy('enforce', 'port'),
  },
  { name: 'shape', title: 'IP53B enforced by shape: of these, requests are dropped and replies pass', policy: policy('enforce', 'shape') },
]

const STORY = `An attacker sends small DNS queries to a customer's home router and writes the victim's address into them as the sender. The home
router is an open forwarder: it passes each query on to the ISP's resolver and sends the large answer to the victim. The ISP cannot
mend that router; it can stop the queries. Real name servers, real packets, a network of namespaces on this machine alone:

   attacker --+                            +-- resolver        the ISP's (unbound)
   victim   --+                            |
              +-- Internet ==== router ====+-- home router     dynamic address, open forwarder (dnsmasq) -- client
   visitor  --+                (ipxxb)     +-- office          dynamic address, resolver that sends from port 53 (dnsmasq)
   authority -+                            +-- business        fixed address, name server of its own (nsd)
   (nsd)
`

const MORAL = `Blocked by port, the attacks die, and with them the customer's resolver that sends from port 53. Blocked by shape, the attacks alone die.`

export const IP53B: Scenario = {
  name: 'ip53b',
  title: 'DNS amplification through an open forwarder',
  story: STORY,
  moral: MORAL,
  topology: NETWORK,
  router: 'router',
  phases: PHASES,
  rows: ROWS,
  stage: (lab: Lab) => startPrograms(lab),
}
