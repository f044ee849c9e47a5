// SPDX-License-Identifier: GPL-2.0-or-later
// Builds a topology out of network namespaces, veth pairs and kernel counters, and runs programs on its hosts. Everything is made inside
// the lab's own namespaces (namespaces.ts) and ends with them.

import { OperationalError } from '../errors.js'
import { Agent, type ProgramName, type ResultOf, type TaskOf } from './agent.js'
import { runToEnd } from './processes.js'
import type { HostPlan, LinkEnd, Topology } from './topology.js'

export interface Tally {
  readonly packets: number
  /** From the IP header on. */
  readonly bytes: number
}

/** IP header without options or extensions, and UDP header. */
const HEADER_BYTES = { four: 28, six: 48 } as const

/** UDP payload bytes of packets that were not fragmented. */
export const payloadBytes = ({ packets, bytes }: Tally, six: boolean): number => bytes - packets * HEADER_BYTES[six ? 'six' : 'four']

export class Host {
  readonly plan: HostPlan
  readonly #agent: Agent

  constructor(plan: HostPlan) {
    this.plan = plan
    this.#agent = new Agent(plan.name, this.command())
  }

  /** The command that runs `command` on this host; it becomes the process, so that signals reach it. */
  command(...command: string[]): string[] {
    return ['nsenter', `--net=/run/netns/${this.plan.name}`, ...command]
  }

  shell(script: string): Promise<string> {
    return runToEnd(this.command('sh', '-e'), script)
  }

  /** Runs one of src/lab/programs/ on this host and returns its result. */
  run<Name extends ProgramName>(program: Name, task: TaskOf<Name>): Promise<ResultOf<Name>> {
    return this.#agent.run(program, task)
  }

  /** The host's counters now, by name. */
  async counters(): Promise<ReadonlyMap<string, Tally>> {
    if (this.plan.counters === undefined) return new Map()
    const listing = JSON.parse(await runToEnd(this.command('nft', '-j', 'list', 'counters'))) as {
      nftables: { counter?: { name: string; packets: number; bytes: number } }[]
    }
    return new Map(listing.nftables.flatMap(({ counter }) => (counter ? [[counter.name, counter]] : [])))
  }
}

export type Hosts = ReadonlyMap<string, Host>

export function hostNamed(hosts: Hosts, name: string): Host {
  const host = hosts.get(name)
  if (host === undefined) throw new TypeError(`no host ${name}`)
  return host
}

/** Written before interfaces exist: an interface takes its rp_filter from `default` when it is made. */
function sysctls({ forwards }: HostPlan, six: boolean): string {
  const settings = [
    // A forged source must travel as it does in the world; the kernel's reverse-path filter would eat it on the way.
    ['net/ipv4/conf/all/rp_filter', 0],
    ['net/ipv4/conf/default/rp_filter', 0],
    ['net/ipv4/ip_forward', forwards ? 1 : 0],
    // Where no link has an IPv6 address, neighbour discovery would add packets that nobody asked for.
    ['net/ipv6/conf/all/disable_ipv6', six ? 0 : 1],
    ['net/ipv6/conf/default/disable_ipv6', six ? 0 : 1],
    ['net/ipv6/conf/all/forwarding', forwards ? 1 : 0],
    // An address is to be used at once, not after a second of asking whether somebody else has it.
    ['net/ipv6/conf/default/accept_dad', 0],
    ['net/ipv6/conf/default/accept_ra', 0],
  ]
  return settings.map(([path, value]) => `if [ -e /proc/sys/${path} ]; then echo ${value} >/proc/sys/${path}; fi`).join('\n')
}

function addresses(plan: HostPlan, ends: readonly (readonly [own: LinkEnd, other: LinkEnd])[]): string {
  const lines = ['ip link set lo up', ...(plan.owns ?? []).map((address) => `ip address add ${address} dev lo`)]
  for (const [own] of ends) {
    for (const address of own.addresses) lines.push(`ip address add ${address} dev ${own.interface}`)
    lines.push(`ip link set ${own.interface} up`)
  }
  for (const [own, other] of ends) lines.push(...routes(own, other))
  return lines.join('\n')
}

const isSix = (address: string): boolean => address.includes(':')

function routes({ interface: device, routes = [] }: LinkEnd, { addresses }: LinkEnd): string[] {
  return addresses.flatMap((gateway) => {
    const own = routes.filter((route) => route === 'default' || isSix(route) === isSix(gateway))
    return own.map((route) => `ip ${isSix(gateway) ? '-6 ' : ''}route add ${route} via ${gateway.split('/')[0]} dev ${device}`)
  })
}

/** Counts in the host itself: what left its programs, what reached them. A table of the lab's own, and nothing is ever dropped in it. */
function counting({ counters }: HostPlan): string {
  if (counters === undefined) return ''
  const chain = (hook: 'input' | 'output'): string =>
    counters
      .filter((counter) => counter.hook === hook)
      .map(({ name, match }) => `    ${match} counter name "${name}"`)
      .join('\n')
  return `nft -f - <<'END'
table inet lab {
${counters.map(({ name }) => `  counter ${name} { }`).join('\n')}
  chain arriving {
    type filter hook input priority 0
${chain('input')}
  }
  chain leaving {
    type filter hook output priority 0
${chain('output')}
  }
}
END`
}

/** Makes all hosts and links of a topology. */
export async function buildHosts({ hosts, links }: Topology): Promise<Hosts> {
  const built = new Map(hosts.map((plan) => [plan.name, new Host(plan)]))
  const all = [...built.values()]
  await runToEnd(['ip', '-batch', '-'], hosts.map(({ name }) => `netns add ${name}\n`).join(''))
  const six = links.some((ends) => ends.some(({ addresses }) => addresses.some(isSix)))
  await Promise.all(all.map((host) => host.shell(sysctls(host.plan, six))))
  const pairs = links.map(([a, b]) => `link add ${a.interface} netns ${a.host} type veth peer name ${b.interface} netns ${b.host}\n`)
  await runToEnd(['ip', '-batch', '-'], pairs.join(''))
  const ends = links.flatMap(([a, b]) => [[a, b] as const, [b, a] as const])
  await Promise.all(
    all.map(async (host) => {
      const own = ends.filter(([end]) => end.host === host.plan.name)
      await host.shell(`${addresses(host.plan, own)}\n${counting(host.plan)}\n`)
    }),
  )
  return built
}

/** Fails early, with one line, where a tool is missing that the lab cannot do without. */
export async function needTools(tools: readonly string[]): Promise<void> {
  const missing = (
    await runToEnd(['sh', '-c', `for tool in ${tools.join(' ')}; do command -v $tool >/dev/null || echo $tool; done`])
  ).trim()
  if (missing !== '') throw new OperationalError('LAB_TOOL_MISSING', `missing: ${missing.split('\n').join(', ')}`)
}
