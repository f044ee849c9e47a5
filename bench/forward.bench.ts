// SPDX-License-Identifier: GPL-2.0-or-later
// What the appliance's rules, those of the kernel's drops and those of steering, cost the packets that they do not want: how fast a router
// forwards packets that no block names, against the same router with one rule written by hand that tests the same ports, and with no rule.
//
// The whole way of a packet, from the sender to the sink, runs on the sender's core and is charged to the sender; the appliance sleeps on the
// other. So its CPU time per packet says the same as the rate, and on a machine that does other things too says it better. Rounds rotate, and
// the ratios are taken round by round.

import { mkdtempSync, writeFileSync } from 'node:fs'
import { setTimeout as pause } from 'node:timers/promises'
import { startAppliance } from './consumers.js'
import { unnamedMix } from './mixes.js'
import { customersFile, inboundPolicyText, UDP_PORTS } from './policies.js'
import { readOptions, startRecord } from './record.js'
import { startSender, stopSender, writeFrames } from './sending.js'
import { spreadOf } from './spread.js'
import { buildTopology, enterNamespace, OUTSIDE, run, takeArrivals } from './topology.js'

const FULL = { rounds: 15, warmUpMilliseconds: 300, windowMilliseconds: 1500, frames: 16384 }
const TINY = { rounds: 1, warmUpMilliseconds: 50, windowMilliseconds: 100, frames: 512 }
const SEED = 1900
const SPARE_SECONDS = 5
const HARNESS_CORE = '1'
const GOAL = 'at least 0.97'

const HOOKS = ['forward', 'prerouting'] as const
type Hook = (typeof HOOKS)[number]
const ROUTERS = ['bare', 'by-hand', 'ipxxb'] as const
type Router = (typeof ROUTERS)[number]

/** Where the appliance puts its rules with iptables. */
const PLACES: Record<Hook, readonly [table: string, chain: string]> = { forward: ['mangle', 'FORWARD'], prerouting: ['raw', 'PREROUTING'] }

const options = readOptions()
const size = options.tiny ? TINY : FULL
/** What one round says. */
interface Forwarded {
  readonly packetsPerSecond: number
  /** CPU time of the whole way. */
  readonly nanosecondsPerPacket: number
}
const rounds: Record<Hook, Record<Router, Forwarded[]>> = {
  forward: { bare: [], 'by-hand': [], ipxxb: [] },
  prerouting: { bare: [], 'by-hand': [], ipxxb: [] },
}

/** Makes the router and returns how it is unmade. */
async function setUp(router: Router, hook: Hook, folder: string): Promise<() => Promise<void>> {
  if (router === 'bare') return async () => {}
  if (router === 'ipxxb') {
    const appliance = await startAppliance({ policy: `${folder}/${hook}.yaml` })
    return () => appliance.stop()
  }
  const [table, chain] = PLACES[hook]
  const ports = ['-p', 'udp', '-m', 'multiport', '--dports', UDP_PORTS.join(',')]
  run('iptables-nft', '-t', table, '-A', chain, ...ports, '-j', 'DROP')
  return async () => {}
}

/** Packets that reach the sink. Throws where one died that should have lived. */
async function measure(): Promise<Forwarded> {
  takeArrivals()
  const sender = startSender(0, (size.warmUpMilliseconds + size.windowMilliseconds) / 1000 + SPARE_SECONDS)
  await pause(size.warmUpMilliseconds)
  const [begun, before] = [process.hrtime.bigint(), takeArrivals().others]
  await pause(size.windowMilliseconds)
  const [ended, within] = [process.hrtime.bigint(), takeArrivals().others]
  const { sent, nanosecondsPerPacket } = await stopSender(sender)
  const arrived = before + within + takeArrivals().others
  if (arrived !== sent) throw new Error(`${sent} packets were sent, ${arrived} arrived`)
  return { packetsPerSecond: (within * 1e9) / Number(ended - begun), nanosecondsPerPacket }
}

enterNamespace()
buildTopology()
run('taskset', '--cpu-list', '--pid', HARNESS_CORE, String(process.pid))
writeFrames(unnamedMix(size.frames, UDP_PORTS, SEED))
const folder = mkdtempSync('/run/bench-')
writeFileSync(`${folder}/customers.txt`, customersFile())
for (const hook of HOOKS) writeFileSync(`${folder}/${hook}.yaml`, inboundPolicyText(OUTSIDE, hook))
const record = startRecord('forward', options)

for (let round = 0; round < size.rounds; round++) {
  for (const hook of HOOKS) {
    for (let place = 0; place < ROUTERS.length; place++) {
      const router = ROUTERS[(round + place) % ROUTERS.length] as Router
      const unmake = await setUp(router, hook, folder)
      // Whatever fails: nobody else would end the appliance.
      const forwarded = await measure().finally(unmake)
      // Base chains that the tools leave behind cost a little: nobody inherits them.
      run('nft', 'flush', 'ruleset')
      rounds[hook][router].push(forwarded)
      record({ kind: 'round', hook, router, ...forwarded })
    }
  }
}

for (const hook of HOOKS) {
  for (const router of ROUTERS) {
    const all = rounds[hook][router]
    record({
      kind: 'result',
      hook,
      router,
      packetsPerSecond: spreadOf(all.map(({ packetsPerSecond }) => packetsPerSecond)),
      nanosecondsPerPacket: spreadOf(all.map(({ nanosecondsPerPacket }) => nanosecondsPerPacket)),
    })
  }
  for (const [of, to, goal] of [
    ['ipxxb', 'by-hand', GOAL],
    ['ipxxb', 'bare', null],
    ['by-hand', 'bare', null],
  ] as const) {
    const pairs = rounds[hook][of].map((one, round) => [one, rounds[hook][to][round] as Forwarded] as const)
    const ratio = `${of} / ${to}`
    const rates = pairs.map(([one, other]) => one.packetsPerSecond / other.packetsPerSecond)
    const perCpuSecond = pairs.map(([one, other]) => other.nanosecondsPerPacket / one.nanosecondsPerPacket)
    record({ kind: 'ratio', hook, ratio, of: 'packets a second', value: spreadOf(rates), goal })
    record({ kind: 'ratio', hook, ratio, of: 'packets a CPU second', value: spreadOf(perCpuSecond), goal })
  }
}
