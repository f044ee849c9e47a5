// SPDX-License-Identifier: GPL-2.0-or-later
// The test itself as a router with two links, both of which end in one namespace without an IP stack, where test/network/wire.c puts packets
// on the one and sees them come out of the other. Neighbours are static and redirects off: nothing crosses a link but what a test sends,
// and no packet waits for another. Every address has a route, so that a packet dies for what it is and not for whom it is for.

import { execFileSync, spawn } from 'node:child_process'
import { program } from '../network/programs.js'

export const OUTSIDE = 'to-outside'
export const INSIDE = 'to-inside'
/** Sides of the router, as records name them. */
export const FROM_OUTSIDE = 0
export const FROM_INSIDE = 1

const ENDS = 'ends'
/** Where the markers of wire.c go that come from outside. */
const MARKED = '198.18.255.0/24'
const ROUTER = { outside: '02:00:00:00:01:01', inside: '02:00:00:00:02:01' }
const FARTHER = { outside: '02:00:00:00:01:02', inside: '02:00:00:00:02:02' }
const NEXT_HOP = { outside: ['198.18.0.2', 'fe80::1:2'], inside: ['198.18.0.3', 'fe80::2:2'] } as const

const ip = (...words: readonly string[]) => execFileSync('ip', words, { stdio: ['ignore', 'ignore', 'inherit'] })
const shell = (line: string) => execFileSync('sh', ['-c', line], { stdio: ['ignore', 'ignore', 'inherit'] })

/** Builds it; `inside` are the prefixes behind the inner link, and everything else is outside. Call it inside the namespaces. */
export function wireRouter(inside: readonly string[]): void {
  const conf = '/proc/sys/net/ipv4/conf'
  shell(`for each in all default; do echo 0 >${conf}/$each/rp_filter; echo 0 >${conf}/$each/send_redirects; done`)
  shell('echo 0 >/proc/sys/net/ipv6/conf/default/accept_dad')
  ip('link', 'set', 'lo', 'up')
  ip('netns', 'add', ENDS)
  ip('netns', 'exec', ENDS, 'sh', '-c', 'echo 1 >/proc/sys/net/ipv6/conf/default/disable_ipv6')
  for (const side of ['outside', 'inside'] as const) {
    const name = side === 'outside' ? OUTSIDE : INSIDE
    ip('link', 'add', name, 'address', ROUTER[side], 'type', 'veth', 'peer', 'name', side, 'address', FARTHER[side], 'netns', ENDS)
    ip('link', 'set', name, 'up')
    ip('-n', ENDS, 'link', 'set', side, 'up')
    for (const hop of NEXT_HOP[side]) ip('neigh', 'replace', hop, 'lladdr', FARTHER[side], 'nud', 'permanent', 'dev', name)
    for (const prefix of side === 'outside' ? ['0.0.0.0/0', '::/0'] : [...inside, MARKED]) {
      ip('route', 'add', prefix, 'via', NEXT_HOP[side][prefix.includes(':') ? 1 : 0], 'dev', name, 'onlink')
    }
  }
  shell('echo 1 >/proc/sys/net/ipv4/ip_forward; echo 1 >/proc/sys/net/ipv6/conf/all/forwarding')
}

/** One packet to put on the wire. */
export interface Record {
  readonly side: number
  readonly bytes: Uint8Array
}

function encoded(records: readonly Record[]): Uint8Array {
  const all = Buffer.alloc(records.reduce((sum, { bytes }) => sum + 3 + bytes.length, 0))
  let at = 0
  for (const { side, bytes } of records) {
    all[at] = side
    all.writeUInt16BE(bytes.length, at + 1)
    all.set(bytes, at + 3)
    at += 3 + bytes.length
  }
  return all
}

async function wire(words: readonly string[], records: readonly Record[]): Promise<Buffer> {
  const child = spawn('ip', ['netns', 'exec', ENDS, program('wire'), ...words], { stdio: ['pipe', 'pipe', 'inherit'] })
  const out: Buffer[] = []
  child.stdout.on('data', (data: Buffer) => out.push(data))
  child.stdin.on('error', () => undefined)
  child.stdin.end(encoded(records))
  const status = await new Promise((resolve) => child.on('close', resolve))
  if (status !== 0) throw new Error(`wire ${words.join(' ')} ended with ${status}`)
  return Buffer.concat(out)
}

/**
 * Sends all records and says of each whether it came out of the router: `same`, as it was sent; `id`, in whatever pieces, by its
 * identification or flow label and its addresses.
 */
export async function exchange(records: readonly Record[], by: 'same' | 'id'): Promise<boolean[]> {
  const answer = await wire(['exchange', by, 'outside', ROUTER.outside, 'inside', ROUTER.inside], records)
  if (answer.length !== records.length) throw new Error(`${answer.length} answers for ${records.length} records`)
  return [...answer].map((byte) => byte === 1)
}

/** Sends the records from outside over and over, as fast as can be, up to a number of packets and seconds. Says how many, and how long it took. */
export async function flood(records: readonly Record[], packets: number, seconds: number): Promise<{ sent: number; seconds: number }> {
  const [sent = 0, took = 0] = (await wire(['flood', `${packets}`, `${seconds}`, 'outside', ROUTER.outside], records))
    .toString()
    .split(' ')
    .map(Number)
  return { sent, seconds: took }
}
