// SPDX-License-Identifier: GPL-2.0-or-later
// Interfaces: those that the policy names, forwarding, the test of the reverse path, and offloads that join datagrams.

import { matchesInterface } from '../../contract/interfaces.js'
import type { InterfaceFacts } from '../facts.js'
import { cannotTell, type Judgement, listed, note, ok, warning } from '../finding.js'
import { type Check, outsideOf } from './check.js'

const STRICT = 1
const JOINING = 'rx-udp-gro-forwarding, rx-gro-list'
const NO_LIST = '`ip link` did not answer'

export const outside: Check = {
  id: 'outside',
  judge(facts) {
    const { interfaces, policy } = facts
    if (policy === null) return note('no policy was given: interfaces are not compared with it', 'ipxxb doctor --policy FILE')
    if (policy.outside.length === 0) {
      return warning(
        'the policy names no outside interface: a forged source of ours makes a packet from outside pass as internal',
        'add `interfaces: { outside: [...] }`',
      )
    }
    if (interfaces === null) return cannotTell('whether the outside interfaces exist', NO_LIST)
    const absent = policy.outside.filter((pattern) => !interfaces.some(({ name }) => matchesInterface(pattern, name)))
    const present = outsideOf(facts).map(({ name }) => name)
    if (present.length === 0)
      return warning(
        `no interface matches ${listed(absent)}: until one does, no block acts`,
        interfaces.length === 0
          ? 'mend the name; there is no interface yet but the loopback'
          : `mend the name; there are ${listed(interfaces.map(({ name }) => name))}`,
      )
    return absent.length > 0
      ? note(`outside: ${listed(present)}; no interface matches ${listed(absent)} yet`)
      : ok(`outside: ${listed(present)}`)
  },
}

export const forwarding: Check = {
  id: 'forwarding',
  judge({ sysctls: { forward4, forward6 } }) {
    if (forward4 === null) return cannotTell('whether this machine forwards', '/proc/sys/net/ipv4/ip_forward is not readable')
    const on = [...(forward4 === 1 ? ['IPv4'] : []), ...(forward6 === 1 ? ['IPv6'] : [])]
    return on.length > 0
      ? ok(`forwards ${on.join(' and ')}`)
      : warning(
          'this machine forwards nothing: no packet passes the hook forward',
          'sysctl -w net.ipv4.ip_forward=1 net.ipv6.conf.all.forwarding=1',
        )
  },
}

export const reversePath: Check = {
  id: 'reverse-path',
  judge(facts) {
    const named = outsideOf(facts)
    const looked = named.length > 0 ? named : (facts.interfaces ?? [])
    const strict = looked.filter((one) => one.reversePath === STRICT).map(({ name }) => name)
    if (facts.interfaces === null || (looked.length > 0 && looked.every((one) => one.reversePath === null))) {
      return cannotTell('rp_filter', 'neither interfaces nor their sysctls could be read')
    }
    if (strict.length === 0) return ok('rp_filter is nowhere strict')
    if (named.length > 1) {
      return warning(
        `rp_filter is strict on ${listed(strict)}: where an answer comes in by another uplink, the kernel drops it before us`,
        'rp_filter=2 (loose) on outside interfaces, where routes are asymmetric',
      )
    }
    return note(`rp_filter is strict on ${listed(strict)}: forged sources that fail it die before us, and are not counted as spoofed`)
  },
}

/** A rule of the kernel sees the first header of a joined packet alone; our queues get it in pieces again, for work that nobody needed. */
export const offloads: Check = {
  id: 'offloads',
  judge({ interfaces, drops: { placed } }) {
    if (interfaces === null) return cannotTell('what interfaces join', NO_LIST)
    const joining = interfaces.filter((one) => (one.offloads ?? []).length > 0)
    const [one] = joining
    if (one !== undefined) return judgeJoining(one, listed(joining.map(({ name }) => name)), placed?.names.length === 0)
    const up = interfaces.filter((each) => each.up)
    const untold = up.filter(({ offloads: known }) => known === null).map(({ name }) => name)
    if (untold.length > 0 && untold.length === up.length)
      return cannotTell('what interfaces join', 'ethtool is missing, or was refused', 'apt-get install ethtool, and run doctor again')
    if (untold.length > 0) {
      const why = 'ethtool was refused, or not asked, as it is of a few interfaces alone'
      return cannotTell(`what ${listed(untold)} join`, why, `ethtool -k ${untold[0]} shows it: ${JOINING}`)
    }
    const peers = interfaces.filter(({ kind, bus }) => kind === 'veth' || bus === 'virtio').map(({ name }) => name)
    return peers.length === 0
      ? ok('no interface joins datagrams')
      : note(
          `behind ${listed(peers)} (veth or virtio) a neighbour can send many datagrams as one: our queues take it apart, rules of others do not`,
        )
  },
}

function judgeJoining({ name, offloads: on }: InterfaceFacts, names: string, allInUserspace: boolean): Judgement {
  const features = on ?? []
  const found = `${names}: ${features.join(' and ')} ${features.length === 1 ? 'joins' : 'join'} datagrams`
  const remedy = `ethtool -K ${name} ${features.map((feature) => `${feature} off`).join(' ')}`
  return allInUserspace
    ? note(`${found}; our queues take them apart, and no block of the policy is decided in the kernel`, remedy)
    : warning(`${found}, and rules of the kernel judge all by the first`, remedy)
}
