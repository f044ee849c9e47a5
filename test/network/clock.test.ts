// SPDX-License-Identifier: GPL-2.0-or-later
// The clock is set, forward and back, under a running appliance. Dates of blocks in userspace follow the wall clock at the next batch; what was
// settled when the policy was compiled (what the kernel drops by itself, steering for blocks that are over, exemptions) follows within two
// seconds, in both directions.

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import t, { type Test } from 'tap'
import type { Placement } from '../../src/control/policy/policy.js'
import { MAIN, policyFile, temporaryFolder } from '../cli/command.js'
import { createNetwork, CUSTOMER, enterNamespaces, eventually, type Network, OUTSIDE } from './network.js'
import { program } from './programs.js'
import { scrape } from './running.js'

const PORT = 53
const QUERY = '000001000001000000000000'.padEnd(40, '0')
const METRICS = '127.0.0.1:9530'
/** Milliseconds: two seconds where the machine has nothing else to do. */
const PATIENCE = 10_000
const policy = (placement: Placement) => `
version: 1
timezone: UTC
networks: { dynamic: { customers: true, prefixes: [198.51.100.0/24] } }
blocks:
  - { profile: IP53B, protect: [dynamic], placement: ${placement}, mode: enforce, since: 2030-01-10, expires: 2030-01-20 }
exemptions:
  - { prefix: ${CUSTOMER}/32, blocks: [IP53B], owner: test, reason: test, expires: 2030-01-12 }
`

const inside = enterNamespaces(import.meta.url)

if (inside !== true) t.pass('clocks that are set', { skip: inside })
else {
  const network = createNetwork()
  t.teardown(() => network.close())
  await network.customer.listen(CUSTOMER, PORT)
  for (const placement of ['auto', 'userspace'] as const) await t.test(placement, (t) => setClocks(t, network, placement))
}

async function setClocks(t: Test, network: Network, placement: Placement): Promise<void> {
  const file = join(temporaryFolder(), 'offset')
  const setClock = (date: string): void => {
    const offset = Buffer.alloc(8)
    offset.writeBigInt64LE(BigInt(Math.round((Date.parse(date) - Date.now()) / 1000)))
    // In place: it is mapped by every process that asks for the time, and one that found it cut short would be ended by SIGBUS.
    writeFileSync(file, offset, { flag: existsSync(file) ? 'r+' : 'w' })
  }
  setClock('2030-01-05')
  const env = { ...process.env, LD_PRELOAD: program('clock', '-shared', '-fPIC'), CLOCK_OFFSET: file }
  const words = [MAIN, 'run', '--policy', policyFile(policy(placement)), '--metrics', METRICS]
  const appliance = spawn(process.execPath, words, { env, stdio: ['ignore', 'inherit', 'pipe'] })
  const events: { event: string; cause?: string }[] = []
  createInterface({ input: appliance.stderr as NodeJS.ReadableStream }).on('line', (line) => events.push(JSON.parse(line)))
  t.ok(await eventually(() => events.some(({ event }) => event === 'started'), 2 * PATIENCE))

  const passes = async (): Promise<number> => {
    const before = await network.customer.count(PORT)
    await network.outside.send(OUTSIDE, PORT, CUSTOMER, PORT, QUERY, 5)
    await eventually(async () => (await network.customer.count(PORT)) - before === 5, 400)
    return (await network.customer.count(PORT)) - before
  }
  const queued = async (): Promise<number> => {
    const found = (await scrape(METRICS)).matchAll(/^ipxxb_queue_packets_total\{.*\} (\d+)$/gm)
    return [...found].reduce((sum, [, count]) => sum + Number(count), 0)
  }
  const isSteered = async (): Promise<boolean> => {
    const before = await queued()
    await passes()
    return (await queued()) - before === 5
  }

  const becomesDormant = async (when: string): Promise<void> => {
    if (placement === 'userspace') t.equal(await passes(), 5, `${when}: at the next batch`)
    else t.ok(await eventually(async () => (await passes()) === 5, PATIENCE), `${when}: soon`)
  }

  t.equal(await passes(), 5, 'before its `since` the block is dormant')
  setClock('2030-01-11')
  t.equal(await passes(), 5, 'then the customer is exempt')
  setClock('2030-01-12')
  t.ok(await eventually(async () => (await passes()) === 0, PATIENCE), 'until the exemption runs out')
  setClock('2030-01-05')
  await becomesDormant('back before `since`')
  setClock('2030-01-15')
  t.ok(await eventually(async () => (await passes()) === 0, PATIENCE), 'and in force again')

  setClock('2030-01-25')
  await becomesDormant('after `expires`')
  t.ok(await eventually(async () => !(await isSteered()), PATIENCE), 'and soon the kernel asks no more about its packets')
  setClock('2030-01-15')
  t.ok(await eventually(async () => (await passes()) === 0, PATIENCE), 'a clock set back brings the block in again')
  setClock('2030-01-11')
  t.ok(await eventually(async () => (await passes()) === 5, PATIENCE), 'and the exemption')
  t.ok(
    events.some(({ cause }) => cause === 'the clock was set back'),
    'the log says why',
  )
  t.equal(events.filter(({ event }) => event === 'reload-failed').length, 0)

  appliance.kill('SIGTERM')
  t.equal((await once(appliance, 'exit'))[0], 0)
}
