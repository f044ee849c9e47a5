// SPDX-License-Identifier: GPL-2.0-or-later
// The facts of a machine on which nothing is wrong: a router with the appliance running. Cases say what is different.

import type { Facts } from '../../src/doctor/facts.js'

const yes = { answer: 'yes', because: 'a reason' } as const

export const HEALTHY: Facts = {
  kernel: {
    release: '6.1.0-31-amd64',
    queueing: yes,
    rules: { nft: yes, 'iptables-nft': yes, 'iptables-legacy': yes },
    ipset: yes,
    observeLimit: yes,
  },
  drops: { able: yes, placed: { names: ['IP53B'], refused: [] }, inForce: 'alive' },
  node: 'v20.20.2',
  addon: yes,
  privileges: { user: 0, admin: true, raw: true, initialNamespace: true },
  queues: {
    numbers: [5300, 5301],
    held: [
      { queue: 5300, holder: 'process 4711', isIpxxb: true },
      { queue: 5301, holder: 'process 4711', isIpxxb: true },
    ],
  },
  surroundings: {
    vrfs: [],
    hooks: [],
    chains: [
      { source: 'nft', family: 'inet', table: 'ipxxb', name: 'forward', hook: 'forward', priority: -10, policy: 'accept', rules: 2 },
    ],
    translations: [],
    flowtables: [],
    jumps: [],
    queueRules: [
      { source: 'nft', ours: true, first: 5300, last: 5300, bypass: true, place: 'our first rule' },
      { source: 'nft', ours: true, first: 5301, last: 5301, bypass: true, place: 'our second rule' },
    ],
    defragments: { 4: yes, 6: yes },
    ours: ['nft'],
    unread: [],
  },
  interfaces: [
    { name: 'eth0', kind: '', bus: 'pci', up: true, master: null, reversePath: 2, offloads: [] },
    { name: 'eth1', kind: '', bus: 'pci', up: true, master: null, reversePath: 2, offloads: [] },
  ],
  sysctls: { forward4: 1, forward6: 1, rmemMax: 212992, bridgeCall4: null, bridgeCall6: null, conntrackCount: 10, conntrackMax: 1000 },
  clock: yes,
  policy: { path: 'policy.yaml', outside: ['eth0'], dated: true, needs: { plan: { hook: 'forward', sets: [] }, wholePackets: [] } },
}
