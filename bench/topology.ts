// SPDX-License-Identifier: GPL-2.0-or-later
// The network of the end-to-end bench: this process becomes the router, in namespaces of its own, between a sender and a sink.
//
//   sender ns                 router ns (this process, the consumer)               sink ns
//   send0 ----------------- outside0      forward, mangle, queue      inside0 ----------------- take0
//   198.18.0.0/16                                                                198.19.0.0/16
//
// Who pays for what. A packet's way in (veth receive, routing, steering, copying it into the queue) runs in the softirq of the sender's
// transmission, on the sender's core. Its way out (the verdict, the rest of the forward path, transmission, and what the sink does with
// it) runs inside the consumer's sendmsg and is charged to the consumer, the same for every consumer. Receive packet steering stays off,
// so that nothing moves between cores. The sink drops at ingress, the earliest place that can count, to keep its share small.

import { execFileSync, spawnSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { printAddress } from './mixes.js'

const ENTERED = 'IPXXB_BENCH_NAMESPACE'
/** Debian's ordinary users do not have sbin on their path. */
const ENVIRONMENT = { ...process.env, PATH: `${process.env.PATH}:/usr/local/sbin:/usr/sbin:/sbin` }

export const OUTSIDE = 'outside0'
export const INSIDE = 'inside0'
export const SENDER_INTERFACE = 'send0'
export const OUTSIDE_HARDWARE = '02:00:00:00:00:01'
export const SENDER_HARDWARE = '02:00:00:00:00:02'
const INSIDE_HARDWARE = '02:00:00:00:00:03'
const SINK_HARDWARE = '02:00:00:00:00:04'
const SINK_ADDRESS = 0xcb00_7102 // 203.0.113.2

/** No user namespace: in one, every receive buffer would end at net.core.rmem_max, and the kernel shows nobody its queue's counters. */
const UNSHARE = ['-n', '-m']
const TOOLS = ['chrt', 'ip', 'iptables', 'ipset', 'nft', 'taskset', 'unshare']

/** Why the end-to-end bench cannot run here, or null. */
export function obstacle(): string | null {
  if (process.getuid?.() !== 0) return 'it takes root'
  if (availableParallelism() < 2) return 'it takes two cores'
  for (const tool of TOOLS)
    if (spawnSync('sh', ['-c', `command -v ${tool}`], { env: ENVIRONMENT }).status !== 0) return `${tool} is missing`
  const attempt = spawnSync('unshare', [...UNSHARE, 'true'], { encoding: 'utf8', env: ENVIRONMENT })
  return attempt.status === 0 ? null : `no network namespace: ${attempt.stderr.trim()}`
}

/** Runs this program again inside fresh network and mount namespaces and exits with its status; returns only when already inside. */
export function enterNamespace(): void {
  if (process.env[ENTERED] === '1') {
    run('mount', '-t', 'tmpfs', 'tmpfs', '/run')
    return
  }
  const inside = spawnSync('unshare', [...UNSHARE, process.execPath, ...process.argv.slice(1)], {
    stdio: 'inherit',
    env: { ...ENVIRONMENT, [ENTERED]: '1' },
  })
  process.exit(inside.status ?? 1)
}

/** A set of a million prefixes, listed. */
const MOST_BYTES = 2 ** 28

/** Runs a command and returns its standard output; throws with its standard error. */
export function run(command: string, ...args: string[]): string {
  return execFileSync(command, args, { encoding: 'utf8', stdio: ['pipe', 'pipe', 'pipe'], maxBuffer: MOST_BYTES })
}

/** As run, with standard input. */
export function feed(input: string, command: string, ...args: string[]): void {
  execFileSync(command, args, { input, stdio: ['pipe', 'pipe', 'pipe'] })
}

/** Makes the namespaces, links, routes and the sink's counters. Everything goes away with this process's namespaces. */
export function buildTopology(): void {
  for (const name of ['sender', 'sink']) run('ip', 'netns', 'add', name)
  link(OUTSIDE, OUTSIDE_HARDWARE, SENDER_INTERFACE, SENDER_HARDWARE, 'sender')
  link(INSIDE, INSIDE_HARDWARE, 'take0', SINK_HARDWARE, 'sink')
  run('ip', 'link', 'set', 'lo', 'up')
  run('ip', 'address', 'add', '203.0.113.1/30', 'dev', INSIDE)
  // A permanent neighbour and no IPv6: no packet but the bench's own crosses a link.
  run('ip', 'neighbour', 'replace', printAddress(SINK_ADDRESS), 'lladdr', SINK_HARDWARE, 'nud', 'permanent', 'dev', INSIDE)
  run('ip', 'route', 'add', '198.18.0.0/16', 'dev', OUTSIDE)
  run('ip', 'route', 'add', '198.19.0.0/16', 'via', printAddress(SINK_ADDRESS))
  writeFileSync('/proc/sys/net/ipv4/ip_forward', '1')
  feed(SINK_RULES, 'ip', 'netns', 'exec', 'sink', 'nft', '-f', '-')
}

/** From now on packets from anywhere to anywhere else go through. */
export function routeEverything(): void {
  run('ip', 'route', 'add', 'default', 'via', printAddress(SINK_ADDRESS))
  // What arrives comes, by the routes, from the wrong side.
  for (const name of ['all', OUTSIDE]) writeFileSync(`/proc/sys/net/ipv4/conf/${name}/rp_filter`, '0')
}

function link(near: string, nearHardware: string, far: string, farHardware: string, namespace: string): void {
  run('ip', 'link', 'add', near, 'address', nearHardware, 'type', 'veth', 'peer', 'name', far, 'address', farHardware, 'netns', namespace)
  writeFileSync(`/proc/sys/net/ipv6/conf/${near}/disable_ipv6`, '1')
  run('ip', 'link', 'set', near, 'up')
  run('ip', 'netns', 'exec', namespace, 'sh', '-c', `echo 1 >/proc/sys/net/ipv6/conf/${far}/disable_ipv6; ip link set ${far} up`)
}

/** The QR bit is the first bit of the third payload byte: 8 bytes of UDP header and 2 of DNS before it. */
const SINK_RULES = `
table netdev sink {
  counter replies {}
  counter requests {}
  counter others {}
  chain ingress {
    type filter hook ingress device take0 priority 0
    udp dport 53 @th,80,1 1 counter name replies drop
    udp dport 53 @th,80,1 0 counter name requests drop
    counter name others drop
  }
}
`

export interface Arrivals {
  readonly replies: number
  readonly requests: number
  readonly others: number
}

/** What arrived at the sink since the last call. */
export function takeArrivals(): Arrivals {
  const listing = JSON.parse(run('ip', 'netns', 'exec', 'sink', 'nft', '-j', 'reset', 'counters')) as {
    nftables: { counter?: { name: string; packets: number } }[]
  }
  const packets = (name: string) => listing.nftables.find((entry) => entry.counter?.name === name)?.counter?.packets ?? 0
  return { replies: packets('replies'), requests: packets('requests'), others: packets('others') }
}

/** Packets that came in on the router's outside interface since it was made. */
export function receivedOutside(): number {
  const line = readFileSync('/proc/net/dev', 'utf8')
    .split('\n')
    .find((text) => text.trim().startsWith(`${OUTSIDE}:`))
  return Number(line?.split(':')[1]?.trim().split(/\s+/)[1] ?? Number.NaN)
}

/** The command line that runs `command` on one core or a list of them, with real-time priority where asked. */
export function pinned(cores: number | string, realtime: boolean, command: readonly string[]): string[] {
  return [...(realtime ? ['chrt', '--rr', '1'] : []), 'taskset', '--cpu-list', String(cores), ...command]
}
