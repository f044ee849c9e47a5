// SPDX-License-Identifier: GPL-2.0-or-later
// Ways past the hook, or twice through it: flowtables, bridges, VRF devices.

import { cannotTell, listed, note, ok, warning } from '../finding.js'
import type { Check } from './check.js'

export const flowtables: Check = {
  id: 'flowtables',
  judge({ surroundings: { flowtables: tables, unread } }) {
    if (tables.length > 0) {
      const names = tables.map(
        ({ family, table, name, devices }) => `${family} ${table} ${name}${devices.length > 0 ? ` (${listed(devices)})` : ''}`,
      )
      return warning(
        `flowtable ${listed(names)}: the packets of a flow that is in it never pass the hooks, and so never us`,
        'leave the blocked services out of `flow add`: udp dport != { 53, 123 } flow add @...',
      )
    }
    const nft = unread.find(({ tool }) => tool === 'nft')
    return nft === undefined ? ok('no flowtable') : cannotTell('whether there are flowtables', `nft: ${nft.why}`)
  },
}

export const bridge: Check = {
  id: 'bridge',
  judge({ interfaces, sysctls: { bridgeCall4, bridgeCall6 } }) {
    if (interfaces === null) return cannotTell('whether there are bridges', '`ip link` did not answer')
    const bridges = interfaces.filter(({ kind }) => kind === 'bridge').map(({ name }) => name)
    if (bridges.length === 0) return ok('no bridge')
    const called = [...(bridgeCall4 === 1 ? ['IPv4'] : []), ...(bridgeCall6 === 1 ? ['IPv6'] : [])]
    if (called.length === 0) {
      return note(
        `bridge ${listed(bridges)}: frames that it switches never pass the IP hooks; only what is routed does`,
        'let the customers be routed, not bridged, where they are to be protected',
      )
    }
    return warning(
      `bridge ${listed(bridges)} and br_netfilter (${called.join(', ')}): switched frames pass the hook forward too, and what is routed from a bridge passes prerouting twice`,
      'sysctl -w net.bridge.bridge-nf-call-iptables=0 net.bridge.bridge-nf-call-ip6tables=0, unless bridged customers are to be protected',
    )
  },
}

export const vrf: Check = {
  id: 'vrf',
  judge({ surroundings: { vrfs } }) {
    if (vrfs === null) return cannotTell('whether there are VRF devices', '`ip link` did not answer')
    return vrfs.length === 0
      ? ok('no VRF')
      : note(
          `VRF ${listed(vrfs)}: the hook prerouting is refused, since it sees packets of a VRF twice; at forward they arrive on the VRF device and leave by an enslaved interface`,
          'use `hook: forward`, and name both in `interfaces.outside`',
        )
  },
}
