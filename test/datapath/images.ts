// SPDX-License-Identifier: GPL-2.0-or-later
// The images that the packet rows of test/cases/packets are judged under, by name. One address plan for all:
//
//   198.51.100.0/24 2001:db8:100::/40   dynamic, customers     198.51.100.53, 2001:db8:100::53   of them, exempt from block 0
//   203.0.113.0/25                      static, customers, protected by no block
//   192.0.2.0/24    2001:db8::/48       mail and resolvers, named, no customers; far class 1: in every block's `except`
//   everything else                     no network
//
// Interfaces 2 and 3 are outside where an image tells direction by them; 4 is inside.

import {
  ACTION_REJECT,
  CLASS_A_BLOCK,
  CLASS_B_BLOCK,
  CLASS_C_BLOCK,
  CLASS_CUSTOMER,
  CLASS_D_BLOCK,
  CLASS_NAMED,
  type Image,
  MODE_ENFORCE,
  MODE_OBSERVE,
  PORTS_UNKNOWN,
  STOPS_REPLY,
} from '../../src/contract/image.js'
import { DNS_REPLY, DNS_REQUEST, MSSQL_REQUEST, NTP_REPLY, NTP_REQUEST, SSDP_REQUEST } from '../../src/contract/shapes.js'
import { INBOUND, OUTBOUND } from '../../src/contract/verdicts.js'
import { type BuiltBlock, type BuiltCell, type BuiltEntry, type BuiltImage, buildImage } from './image-builder.js'

export const NEAR_DYNAMIC = 1
export const NEAR_EXEMPT = 2
export const FAR_ANY = 0
export const FAR_EXCEPT = 1

const CUSTOMER = CLASS_CUSTOMER | CLASS_NAMED

const ADDRESSES: Pick<BuiltImage, 'prefixes' | 'classes'> = {
  prefixes: [
    ['198.51.100.0/24', 1],
    ['2001:db8:100::/40', 1],
    ['198.51.100.53/32', 2],
    ['2001:db8:100::53/128', 2],
    ['203.0.113.0/25', 3],
    ['192.0.2.0/24', 4],
    ['2001:db8::/48', 4],
  ],
  classes: [
    { near: NEAR_DYNAMIC, far: FAR_ANY, flags: CUSTOMER },
    { near: NEAR_EXEMPT, far: FAR_ANY, flags: CUSTOMER },
    { near: 0, far: FAR_ANY, flags: CUSTOMER },
    { near: 0, far: FAR_EXCEPT, flags: CLASS_NAMED },
  ],
}

/** The list for this service class, and for packets whose ports are unknown; the exempt customer's list has block 0 exempt. */
function cellsFor(direction: number, destinationPortClass: number, list: readonly BuiltEntry[], sourcePortClass = 0): BuiltCell[] {
  const exempt = list.map((entry) => (entry.block === 0 ? { ...entry, exempt: true } : entry))
  return [NEAR_DYNAMIC, NEAR_EXEMPT].map((near) => ({
    direction,
    near,
    far: FAR_ANY,
    destinationPortClass,
    sourcePortClass,
    list: near === NEAR_EXEMPT ? exempt : list,
  }))
}

function inbound(port: number, blocks: readonly BuiltBlock[], list: readonly BuiltEntry[], more: Partial<BuiltImage> = {}): BuiltImage {
  return {
    ...ADDRESSES,
    ports: [['udpDestination', port, port, 2]],
    cells: [...cellsFor(INBOUND, 2, list), ...cellsFor(INBOUND, PORTS_UNKNOWN, list)],
    blocks,
    ...more,
  }
}

const IP53B: BuiltBlock = { blockClass: CLASS_B_BLOCK, request: DNS_REQUEST, reply: DNS_REPLY, replySourcePort: 53 }
const IP123B: BuiltBlock = { blockClass: CLASS_B_BLOCK, request: NTP_REQUEST, reply: NTP_REPLY, replySourcePort: 123 }
const observed = (block: BuiltBlock): BuiltBlock => ({ ...block, mode: MODE_OBSERVE })

const TCP_25_OUT: Partial<BuiltImage> = {
  ports: [['tcpDestination', 25, 25, 2]],
  cells: [...cellsFor(OUTBOUND, 2, [{ block: 0, port: true }]), ...cellsFor(OUTBOUND, PORTS_UNKNOWN, [{ block: 0, port: true }])],
}

const OP53RB: BuiltBlock = { blockClass: CLASS_C_BLOCK, reply: DNS_REPLY, stops: STOPS_REPLY }
const UDP_FROM_53: Partial<BuiltImage> = { ...ADDRESSES, ports: [['udpSource', 53, 53, 1]] }

const BUILT: Record<string, BuiltImage> = {
  empty: {},
  ip53b: inbound(53, [IP53B], [{ block: 0 }]),
  'ip53b by port': inbound(53, [IP53B], [{ block: 0, port: true }]),
  'ip53b observe': inbound(53, [observed(IP53B)], [{ block: 0 }]),
  'ip53b by interface': inbound(53, [IP53B], [{ block: 0 }], { outside: [2, 3] }),
  /** In force from 1000 to before 2000. */
  'ip53b dated': inbound(53, [{ ...IP53B, since: 1000, expires: 2000 }], [{ block: 0 }]),
  /** Two tokens, one more each second. */
  'ip53b limited': inbound(53, [{ ...IP53B, limitRate: 1, limitBurst: 2 }], [{ block: 0 }]),
  /** Observe by port, observe by shape, enforce by shape. */
  'ip53b three': inbound(53, [observed(IP53B), observed(IP53B), IP53B], [{ block: 0, port: true }, { block: 1 }, { block: 2 }]),
  'ip53b two observed': inbound(53, [observed(IP53B), observed(IP53B)], [{ block: 0, port: true }, { block: 1 }]),
  'enforced first': inbound(53, [IP53B, observed(IP53B)], [{ block: 0 }, { block: 1, port: true }]),
  ip123b: inbound(123, [IP123B], [{ block: 0 }]),
  ip161b: inbound(161, [{ blockClass: CLASS_A_BLOCK, reply: NTP_REPLY }], [{ block: 0, ntpReply: true }]),
  ip19b: inbound(19, [{ blockClass: CLASS_A_BLOCK }], [{ block: 0 }]),
  ip1900b: inbound(1900, [{ blockClass: CLASS_C_BLOCK, request: SSDP_REQUEST }], [{ block: 0 }]),
  'class d': inbound(1434, [{ blockClass: CLASS_D_BLOCK, mode: MODE_OBSERVE, request: MSSQL_REQUEST }], [{ block: 0 }]),
  op25b: { ...ADDRESSES, ...TCP_25_OUT, blocks: [{ mode: MODE_ENFORCE, blockClass: 0, action: ACTION_REJECT }] },
  'op25b by interface': { ...ADDRESSES, ...TCP_25_OUT, blocks: [{ blockClass: 0 }], outside: [2, 3] },
  /** Outbound UDP replies: the service is matched on the source port. */
  op53rb: { ...UDP_FROM_53, cells: cellsFor(OUTBOUND, 0, [{ block: 0 }], 1), blocks: [OP53RB] },
  'op53rb by port': { ...UDP_FROM_53, cells: cellsFor(OUTBOUND, 0, [{ block: 0, port: true }], 1), blocks: [OP53RB] },
}

const made = new Map<string, Image>()

/** The image of that name; built once a process, since an IPv4 root alone is 64 MB. */
export function imageNamed(name: string): Image {
  const built = BUILT[name]
  if (built === undefined) throw new TypeError(`no image "${name}"`)
  const image = made.get(name) ?? buildImage(built)
  made.set(name, image)
  return image
}
