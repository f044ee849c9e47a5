// SPDX-License-Identifier: GPL-2.0-or-later
// Interfaces and what their cards and peers do to packets before a hook sees them. /sys is not asked: inside a namespace it often shows the
// interfaces of another one.

import { sysctl } from './collect.js'
import type { InterfaceFacts } from './facts.js'
import type { Machine } from './machine.js'

/** Offloads that hide datagrams inside another: the kernel joins what came apart. */
const KNOWN_OFFLOADS = ['rx-udp-gro-forwarding', 'rx-gro-list'] as const
/** A concentrator has thousands of PPP interfaces, and each would be a process to ask. */
const MOST_ASKED = 32

interface Link {
  readonly ifname?: string
  readonly flags?: readonly string[]
  readonly master?: string
  readonly link_type?: string
  readonly parentbus?: string
  readonly linkinfo?: { readonly info_kind?: string }
}

/** null: `ip` is missing or did not answer. */
export async function collectInterfaces(machine: Machine): Promise<InterfaceFacts[] | null> {
  const { status, stdout } = await machine.run('ip', ['-j', '-d', 'link', 'show'])
  const links = status === 0 ? parseLinks(stdout) : null
  if (links === null) return null
  const asked = links.slice(0, MOST_ASKED)
  const offloads = await Promise.all(asked.map(({ ifname }) => listOffloads(machine, ifname)))
  return links.map(({ ifname, flags, master, link_type, parentbus, linkinfo }, at) => ({
    name: ifname,
    kind: linkinfo?.info_kind ?? (link_type === 'ppp' ? 'ppp' : ''),
    bus: parentbus ?? '',
    up: flags?.includes('UP') ?? false,
    master: master ?? null,
    reversePath: reversePath(machine, ifname),
    offloads: offloads[at] ?? null,
  }))
}

function parseLinks(text: string): (Link & { ifname: string })[] | null {
  try {
    const links = JSON.parse(text === '' ? '[]' : text) as Link[]
    return links.filter((link): link is Link & { ifname: string } => link.ifname !== undefined && link.link_type !== 'loopback')
  } catch {
    return null
  }
}

/** The kernel takes the larger of the two values; 2 (loose) is the larger number and the weaker test. */
function reversePath(machine: Machine, name: string): number | null {
  const [all, own] = [sysctl(machine, 'ipv4/conf/all/rp_filter'), sysctl(machine, `ipv4/conf/${name}/rp_filter`)]
  return all === null || own === null ? null : Math.max(all, own)
}

async function listOffloads({ run }: Machine, name: string): Promise<string[] | null> {
  const { status, stdout } = await run('ethtool', ['-k', name])
  if (status !== 0) return null
  return KNOWN_OFFLOADS.filter((feature) => new RegExp(`^\\s*${feature}: on\\b`, 'm').test(stdout))
}
