// SPDX-License-Identifier: GPL-2.0-or-later
// An appliance at work inside a test, seen through its metrics, and the one experiment that all traffic tests repeat: send something, then
// ask both ends what became of it. The receiver says how many datagrams arrived, the appliance which verdicts it gave.

import { writeFileSync } from 'node:fs'
import type { Test } from 'tap'
import { Appliance } from '../../src/appliance.js'
import { FIRST_QUEUE } from '../../src/appliance/queues.js'
import type { Backend } from '../../src/control/install/install.js'
import type { EventName } from '../../src/observe/events.js'
import type { Log } from '../../src/observe/log.js'
import { policyFile } from '../cli/command.js'
import { eventually, type Host } from './network.js'

/** `IP53B request drop` -> packets. A block that gave no reason is `-`. */
export type Verdicts = Readonly<Record<string, number>>

export interface Running {
  readonly appliance: Appliance
  readonly events: { readonly name: EventName; readonly fields: Record<string, unknown> }[]
  verdicts(): Promise<Verdicts>
  spoofed(): Promise<{ inbound: number; outbound: number }>
  /** The appliance reads this as its policy from now on. */
  change(text: string): Promise<void>
  stop(): Promise<void>
}

/** Starts an appliance with one enforce queue in the calling process; with a test, it stops with that, however it ends. */
export async function startAppliance(text: string, t?: Test, backend?: Backend): Promise<Running> {
  const path = policyFile(text)
  const events: Running['events'] = []
  const log = { emit: (name: EventName, fields: Record<string, unknown>) => events.push({ name, fields }) } as unknown as Log
  const listen = { host: '127.0.0.1', port: 0 }
  const appliance = await Appliance.start({ policyPath: path, firstQueue: FIRST_QUEUE, queues: 1, backend, listen, log, version: 'test' })
  t?.teardown(() => appliance.stop('test'))
  const metrics = () => scrape(appliance.metricsAddress as string)
  return {
    appliance,
    events,
    verdicts: async () => verdictsIn(await metrics()),
    spoofed: async () => spoofedIn(await metrics()),
    async change(changed) {
      writeFileSync(path, changed)
      await appliance.reload('test')
      const last = events.at(-1)
      if (last?.name !== 'reloaded') throw new Error(`the policy was not taken: ${JSON.stringify(last)}`)
    },
    async stop() {
      await appliance.stop('test')
    },
  }
}

/** The metrics page at `address`. */
export async function scrape(address: string): Promise<string> {
  return (await fetch(`http://${address}/metrics`)).text()
}

export function verdictsIn(page: string): Verdicts {
  const found: Record<string, number> = {}
  for (const [, labels = '', count] of page.matchAll(/^ipxxb_verdicts_total\{(.*)\} (\d+)$/gm)) {
    const label = (name: string): string => new RegExp(`\\b${name}="([^"]*)"`).exec(labels)?.[1] ?? ''
    found[`${label('block') || '-'} ${label('reason')} ${label('verdict')}`] = Number(count)
  }
  return found
}

function spoofedIn(page: string): { inbound: number; outbound: number } {
  const of = (direction: string) =>
    Number(new RegExp(`^ipxxb_spoofed_total\\{direction="${direction}"\\} (\\d+)$`, 'm').exec(page)?.[1] ?? Number.NaN)
  return { inbound: of('inbound'), outbound: of('outbound') }
}

/** What `later` has and `earlier` had not. */
export function since(earlier: Verdicts, later: Verdicts): Verdicts {
  const grown = Object.entries(later).map(([key, count]) => [key, count - (earlier[key] ?? 0)] as const)
  return Object.fromEntries(grown.filter(([, count]) => count !== 0))
}

export interface Experiment {
  readonly name: string
  readonly send: () => unknown
  /** Who should receive, and on which port; listening already. */
  readonly to: Host
  readonly port: number
  readonly arrive: number
  /** Every verdict that the appliance gives meanwhile; left out where no appliance runs. */
  readonly verdicts?: Verdicts
}

/** Where no packet may come, nothing says when one would have: the appliance's verdicts are waited for, then this long, milliseconds. */
const SETTLE = 15
/** Without verdicts to wait for. */
const SILENCE = 150

/** Sends, and compares what arrived and what was decided. Anything more than expected within the settling time fails too. */
export async function experiment(
  t: Test,
  running: Pick<Running, 'verdicts'> | null,
  { name, send, to, port, arrive, verdicts }: Experiment,
): Promise<void> {
  const before = await to.count(port)
  const earlier = (await running?.verdicts()) ?? {}
  const decided = async (): Promise<Verdicts> => since(earlier, (await running?.verdicts()) ?? {})
  await send()
  await eventually(async () => (await to.count(port)) - before >= arrive, 5000)
  if (verdicts !== undefined) await eventually(async () => same(await decided(), verdicts), 5000)
  await new Promise((resolve) => setTimeout(resolve, verdicts === undefined || Object.keys(verdicts).length === 0 ? SILENCE : SETTLE))
  t.equal((await to.count(port)) - before, arrive, `${name}: ${arrive} arrive`)
  if (verdicts !== undefined) t.strictSame(await decided(), verdicts, `${name}: verdicts`)
}

const same = (one: Verdicts, other: Verdicts): boolean =>
  Object.keys(one).length === Object.keys(other).length && Object.entries(one).every(([key, count]) => other[key] === count)
