// SPDX-License-Identifier: GPL-2.0-or-later
// What the steering costs the packets that it does not want: the rate at which a router forwards packets that no block names, with the
// appliance's rules in force, against the same router with one rule written by hand that tests the same ports, and with no rule at all.
//
// The whole way of a packet, from the sender to the sink, runs on the sender's core; the appliance sleeps on the other. Rounds rotate, and the
// ratios are taken round by round.

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
const rates: Record<Hook, Record<Router, number[]>> = {
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

/** Packets a second that reach the sink. Throws where one died that should have lived. */
async function measureRate(): Promise<number> {
  takeArrivals()
  const sender = startSender(0, (size.warmUpMilliseconds + size.windowMilliseconds) / 1000 + SPARE_SECONDS)
  await pause(size.warmUpMilliseconds)
  const [begun, before] = [process.hrtime.bigint(), takeArrivals().others]
  await pause(size.windowMilliseconds)
  const [ended, within] = [process.hrtime.bigint(), takeArrivals().others]
  const { sent } = await stopSender(sender)
  const arrived = before + within + takeArrivals().others
  if (arrived !== sent) throw new Error(`${sent} packets were sent, ${arrived} arrived`)
  return (within * 1e9) / Number(ended - begun)
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
      const packetsPerSecond = await measureRate()
      await unmake()
      // Base chains that the tools leave behind cost a little: nobody inherits them.
      run('nft', 'flush', 'ruleset')
      rates[hook][router].push(packetsPerSecond)
      record({ kind: 'round', hook, router, packetsPerSecond })
    }
  }
}

for (const hook of HOOKS) {
  for (const router of ROUTERS) record({ kind: 'result', hook, router, packetsPerSecond: spreadOf(rates[hook][router]) })
  for (const [of, to, goal] of [
    ['ipxxb', 'by-hand', GOAL],
    ['ipxxb', 'bare', null],
    ['by-hand', 'bare', null],
  ] as const) {
    const ratios = rates[hook][of].map((rate, at) => rate / (rates[hook][to][at] as number))
    record({ kind: 'ratio', hook, ratio: `${of} / ${to}`, value: spreadOf(ratios), goal })
  }
}
