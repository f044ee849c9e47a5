// SPDX-License-Identifier: GPL-2.0-or-later
// Scenarios ip53b and six: queries from outside to open forwarders are blocked by port, then by shape, and one sees who dies and who
// lives; over IPv4, and the same over IPv6.

import type { Lab } from '../running-lab.js'
import type { Phase, Scenario } from '../scenario.js'
import { type AddressPlan, IPV4, IPV6, networkOf } from './dns-network.js'
import { startPrograms } from './dns-programs.js'
import { rowsOf } from './dns-rows.js'

const policy = (plan: AddressPlan, mode: string, precision: string): string => `version: 1
timezone: Asia/Tokyo
interfaces: { outside: [outside] }
networks:
  dynamic:   { customers: true, prefixes: ["${plan.dynamic}"] }
  static:    { customers: true, prefixes: ["${plan.static}"] }
defaults: { mode: observe, precision: shape, overload: fail-open, hook: forward }
blocks:
  - profile: IP53B
    protect: [dynamic]
    mode: ${mode}
    precision: ${precision}
    reason: Open forwarders in customer routers are abused for DNS amplification
`

const phases = (plan: AddressPlan): readonly Phase[] => [
  { name: 'no-filter', title: 'No filter: what happens today', policy: null, does: 'nothing' },
  {
    name: 'observe',
    title: 'IP53B in mode observe: everything passes, ipxxb counts what it would drop',
    policy: policy(plan, 'observe', 'shape'),
    does: 'observes',
  },
  {
    name: 'port',
    title: 'IP53B enforced by port: every UDP packet to port 53 of a dynamic address is dropped',
    policy: policy(plan, 'enforce', 'port'),
    does: 'drops',
  },
  {
    name: 'shape',
    title: 'IP53B enforced by shape: of these, requests are dropped and replies pass',
    policy: policy(plan, 'enforce', 'shape'),
    does: 'drops',
  },
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

const scenario = (name: string, title: string, plan: AddressPlan): Scenario => ({
  name,
  title,
  story: STORY,
  moral: MORAL,
  topology: networkOf(plan),
  router: 'router',
  phases: phases(plan),
  rows: rowsOf(plan.addresses),
  stage: (lab: Lab) => startPrograms(lab, plan),
})

export const IP53B = scenario('ip53b', 'DNS amplification through an open forwarder', IPV4)
export const SIX = scenario('six', 'DNS amplification through an open forwarder, over IPv6', IPV6)
