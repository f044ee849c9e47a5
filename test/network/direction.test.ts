// SPDX-License-Identifier: GPL-2.0-or-later
// Direction in traffic: told by prefixes, and told by interfaces that exist, do not exist, come, go and come again. Between the two stands
// the packet that prefixes get wrong: a query from outside that bears the address of another customer of ours.

import { execFileSync } from 'node:child_process'
import t from 'tap'
import { CUSTOMER, CUSTOMER6, createNetwork, enterNamespaces, eventually, NEIGHBOUR, NEIGHBOUR6, OUTSIDE, OUTSIDE6 } from './network.js'
import { DNS_QUERY, DNS_REPLY, whole } from './packets.js'
import { type Experiment, experiment, type Running, startAppliance } from './running.js'

const inside = enterNamespaces(import.meta.url)

/** `away` is customers' too, but this router reaches them through the outside. */
const policy = (outside: string) => `
version: 1
timezone: UTC
${outside}
networks:
  dynamic: { customers: true, prefixes: [198.51.100.0/24, "2001:db8:100::/64"] }
  static: { customers: true, prefixes: [192.0.2.0/24, "2001:db8:200::/64"] }
  away: { customers: true, prefixes: [198.18.7.0/24] }
defaults: { mode: enforce, precision: shape }
blocks:
  - { profile: IP53B, protect: [dynamic, away] }
`
const BY_PREFIXES = policy('')
const BY_INTERFACES = policy('interfaces: { outside: [to-outside] }')

const DNS = 53
const DROPPED = { 'IP53B request drop': 1 }
const REPLIED = { 'IP53B reply accept': 1 }
const NOT_OURS = { '- not-ours accept': 1 }

const sh = (script: string) => execFileSync('sh', ['-ec', script], { stdio: ['ignore', 'ignore', 'inherit'] })

if (inside !== true) t.pass('direction', { skip: inside })
else {
  const network = createNetwork()
  await network.customer.listen(CUSTOMER, DNS)
  await network.customer.listen(CUSTOMER6, DNS)
  // A source that lies must reach the hook to be judged there.
  sh('for all in /proc/sys/net/ipv4/conf/*/rp_filter; do echo 0 > "$all"; done')
  sh('ip route add default via 203.0.113.2')

  const toCustomer = (
    name: string,
    payload: Uint8Array,
    from: string,
    host = network.outside,
  ): Omit<Experiment, 'arrive' | 'verdicts'> => ({
    name,
    to: network.customer,
    port: DNS,
    send: () => host.sendRaw(whole({ from, to: from.includes(':') ? CUSTOMER6 : CUSTOMER, ports: [DNS, DNS] }, payload)),
  })
  const forged = { 4: '192.0.2.77', 6: '2001:db8:200::77' }

  await t.test('by prefixes alone [2.prefixes]', async (t) => {
    const running = await startAppliance(BY_PREFIXES, t)
    t.ok(
      running.events.some(({ name, fields }) => name === 'policy-warning' && fields.code === 'no-interfaces'),
      'the policy is warned about',
    )
    for (const from of [OUTSIDE, OUTSIDE6]) {
      await experiment(t, running, { ...toCustomer(`query of ${from}`, DNS_QUERY, from), arrive: 0, verdicts: DROPPED })
      await experiment(t, running, { ...toCustomer(`reply of ${from}`, DNS_REPLY, from), arrive: 1, verdicts: REPLIED })
    }
    for (const from of [forged[4], forged[6]]) {
      await experiment(t, running, {
        ...toCustomer('a query with a forged customer passes', DNS_QUERY, from),
        arrive: 1,
        verdicts: NOT_OURS,
      })
    }
    t.same(await running.spoofed(), { inbound: 0, outbound: 0 }, 'and nothing shows that it was forged')
  })

  await t.test('by interfaces [2.arrived-outside] [2.spoofed]', async (t) => {
    const running = await startAppliance(BY_INTERFACES, t)
    for (const from of [OUTSIDE, OUTSIDE6]) {
      await experiment(t, running, { ...toCustomer(`query of ${from}`, DNS_QUERY, from), arrive: 0, verdicts: DROPPED })
      await experiment(t, running, { ...toCustomer(`reply of ${from}`, DNS_REPLY, from), arrive: 1, verdicts: REPLIED })
    }
    t.same(await running.spoofed(), { inbound: 0, outbound: 0 }, 'honest so far')
    for (const from of [forged[4], forged[6], CUSTOMER]) {
      await experiment(t, running, { ...toCustomer(`a query forged as ${from}`, DNS_QUERY, from), arrive: 0, verdicts: DROPPED })
    }
    t.same(await running.spoofed(), { inbound: 3, outbound: 0 })
    for (const from of [NEIGHBOUR, NEIGHBOUR6]) {
      const internal = toCustomer(`internal, from ${from} [2.not-ours]`, DNS_QUERY, from, network.neighbour)
      await experiment(t, running, { ...internal, arrive: 1, verdicts: NOT_OURS })
    }
    const foreign = toCustomer('a stranger’s address from inside to a customer', DNS_QUERY, '203.0.113.77', network.neighbour)
    await experiment(t, running, { ...foreign, arrive: 1, verdicts: NOT_OURS })
    t.same(await running.spoofed(), { inbound: 3, outbound: 0 }, 'internal and transit are not counted as spoofed outbound')
  })

  await t.test('a foreign source on its way out is counted [2.spoofed] [2.leaving-outside]', async (t) => {
    const running = await startAppliance(BY_INTERFACES, t)
    const way = { to: '198.18.7.9', ports: [4321, DNS] } as const
    const out = { to: network.outside, port: DNS, arrive: 0 }
    // Outbound, so no inbound block covers them, whoever they are for.
    const verdicts = { '- no-block accept': 1 }
    const sendFrom = (from: string) => () => network.customer.sendRaw(whole({ from, ...way }, DNS_QUERY))
    await experiment(t, running, { ...out, name: 'honest', send: sendFrom(CUSTOMER), verdicts })
    t.same(await running.spoofed(), { inbound: 0, outbound: 0 })
    await experiment(t, running, { ...out, name: 'forged', send: sendFrom('203.0.113.77'), verdicts })
    t.same(await running.spoofed(), { inbound: 0, outbound: 1 })
  })

  const uplink = (name: string, number: number) =>
    sh(`ip link add ${name} type veth peer name ${name} netns outside
        ip addr add 198.18.${number}.1/30 dev ${name}
        ip link set ${name} up
        ip -n outside addr add 198.18.${number}.2/30 dev ${name}
        ip -n outside link set ${name} up
        echo 0 > /proc/sys/net/ipv4/conf/${name}/rp_filter
        ip -n outside route replace 198.51.100.0/24 via 198.18.${number}.1 dev ${name}`)
  const query = toCustomer('a query', DNS_QUERY, OUTSIDE)
  const dies = (t: Parameters<typeof experiment>[0], running: Running, name: string) =>
    experiment(t, running, { ...query, name, arrive: 0, verdicts: DROPPED })
  const lives = (t: Parameters<typeof experiment>[0], running: Running, name: string) =>
    experiment(t, running, { ...query, name, arrive: 1, verdicts: NOT_OURS })

  await t.test('interfaces that come, go and come again', async (t) => {
    const running = await startAppliance(policy('interfaces: { outside: ["ppp*", uplink0] }'), t)
    const says = (name: string, text: string, from: number) =>
      eventually(() => running.events.slice(from).some((event) => event.name === name && JSON.stringify(event.fields) === text), 1500)
    t.ok(await says('interface-missing', '{"wanted":["ppp*","uplink0"]}', 0), 'names that are not there are told')
    t.ok(await says('no-outside', '{"wanted":["ppp*","uplink0"]}', 0))
    await lives(t, running, 'nothing is outside, so nothing is inbound')

    let from = running.events.length
    uplink('ppp0', 1)
    t.ok(await says('interfaces', '{"outside":["ppp0"]}', from), 'ppp0 has come')
    await dies(t, running, 'through ppp0')

    from = running.events.length
    sh('ip link del ppp0')
    t.ok(await says('interfaces', '{"outside":[]}', from), 'ppp0 has gone')
    t.ok(await says('no-outside', '{"wanted":["ppp*","uplink0"]}', from))
    await lives(t, running, 'through to-outside, which the policy does not name')

    from = running.events.length
    // Whoever takes the number of an interface that went must not inherit what it was.
    sh('ip link add between type veth peer name between-end')
    uplink('ppp0', 1)
    uplink('uplink0', 2)
    t.ok(await says('interfaces', '{"outside":["ppp0","uplink0"]}', from), 'ppp0 again, with another index, and uplink0')
    await dies(t, running, 'through uplink0')
    sh('ip -n outside route replace 198.51.100.0/24 via 198.18.1.1 dev ppp0')
    await dies(t, running, 'through the new ppp0')
  })

  network.close()
}
