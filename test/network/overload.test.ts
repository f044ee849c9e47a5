// SPDX-License-Identifier: GPL-2.0-or-later
// More packets than may wait, because nobody takes them: the process stands still, which is what a worker does that gets no processor. Whatever
// `overload` says, each packet is either judged or counted as lost or passed unseen, with its cause.

import { execFileSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import t, { type Test } from 'tap'
import { CUSTOMER, createNetwork, enterNamespaces, eventually, OUTSIDE } from './network.js'
import { DNS_REPLY, toHex } from './packets.js'
import { PATIENCE, type Samples, serve } from './served.js'

const QUEUE = 5300
/** More than the longest queue that worker/room.ts asks for holds of packets that may be 128 bytes long. */
const PACKETS = 6000
/** Sent when there is room again. */
const LATER = 10

const policy = (overload: string, { block }: Traffic = SMALL) => `
version: 1
timezone: UTC
networks: { dynamic: { customers: true, prefixes: [198.51.100.0/24] } }
defaults: { mode: enforce, overload: ${overload} }
blocks: [{ ${block}, protect: [dynamic] }]
`

const inside = enterNamespaces(import.meta.url)

/** A block, and a datagram that it lets live. */
interface Traffic {
  readonly block: string
  readonly port: number
  readonly payload: Uint8Array
}
const SMALL: Traffic = { block: 'profile: IP53B', port: 53, payload: DNS_REPLY }
/** It looks 512 bytes far, so what waits costs most. */
const LARGE: Traffic = { block: 'profile: IP3702B', port: 3702, payload: new Uint8Array(700).fill(0x41) }

/** What the customer's interface has received of UDP: no socket of his could lose any. */
const arrived = (): number => {
  const text = execFileSync('ip', ['netns', 'exec', 'customer', 'nft', '-j', 'list', 'counters'], { encoding: 'utf8' })
  const { nftables } = JSON.parse(text) as { nftables: { counter?: { packets: number } }[] }
  return nftables.find(({ counter }) => counter !== undefined)?.counter?.packets ?? Number.NaN
}

/** The state of the process, one letter. */
const stateOf = (pid: number): string => /^State:\t(\w)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? ''

interface Fates {
  readonly judged: number
  readonly full: number
  readonly user: number
  readonly gaps: number
  readonly overruns: number
}

function fatesIn(samples: Samples): Fates {
  const of = (name: string): number => samples.get(name) ?? 0
  return {
    judged: [...samples].reduce((sum, [name, value]) => sum + (/^ipxxb_verdicts_total\{.*verdict="accept"\}$/.test(name) ? value : 0), 0),
    full: of(`ipxxb_queue_dropped_total{queue="${QUEUE}",cause="full"}`),
    user: of(`ipxxb_queue_dropped_total{queue="${QUEUE}",cause="user"}`),
    gaps: of(`ipxxb_queue_id_gaps_total{queue="${QUEUE}"}`),
    overruns: of(`ipxxb_queue_overruns_total{queue="${QUEUE}"}`),
  }
}

if (inside !== true) t.pass('overload', { skip: inside })
else {
  const network = createNetwork()
  t.teardown(() => network.close())
  for (const { port } of [SMALL, LARGE]) await network.customer.listen(CUSTOMER, port)
  const counting =
    'table inet counting { counter arrived {}; chain c { type filter hook input priority 0; meta l4proto udp counter name arrived; }; }'
  execFileSync('ip', ['netns', 'exec', 'customer', 'nft', '-f', '-'], { input: counting })

  /** Sends PACKETS while the process stands still, and lets it go on until all are settled. What became of them, and how many arrived before it went on. */
  async function stall(t: Test, overload: string, traffic = SMALL): Promise<Fates & { before: number; after: number; isSmall: boolean }> {
    const { port, payload } = traffic
    const send = (count: number) => network.outside.send(OUTSIDE, port, CUSTOMER, port, toHex(payload), count)
    const served = await serve(t, policy(overload, traffic), '--queues', '1')
    await send(10)
    t.ok(await eventually(async () => fatesIn(await served.samples()).judged === 10, PATIENCE))
    const first = arrived()
    const pid = served.process.pid as number
    process.kill(pid, 'SIGSTOP')
    await eventually(() => stateOf(pid) === 'T')
    await send(PACKETS)
    const before = arrived() - first
    process.kill(pid, 'SIGCONT')
    // An id that never came is missed when a later one comes.
    await eventually(async () => fatesIn(await served.samples()).judged > 10, PATIENCE)
    await send(LATER)
    const settled = async () => {
      const fates = fatesIn(await served.samples())
      return fates.judged - 10 + fates.gaps + fates.full >= PACKETS + LATER
    }
    await eventually(settled, PATIENCE)
    // What would be too much comes within this time, and a worker that has nothing to do looks for overruns.
    await new Promise((resolve) => setTimeout(resolve, 400))
    const { judged, ...lost } = fatesIn(await served.samples())
    const isSmall = served.log().includes('"receive-buffer-small"')
    await served.stop()
    return { judged: judged - 10 - LATER, ...lost, before, after: arrived() - first - LATER, isSmall }
  }

  const LARGEST = 2 * 4096 * 2304
  const most = 2 * Number(readFileSync('/proc/sys/net/core/rmem_max', 'utf8'))
  const skip = most >= LARGEST ? 'an ordinary process may have as large a buffer as any that is asked for' : false

  await t.test('fail-closed: what does not fit dies, and the kernel counts it', async (t) => {
    const { judged, full, user, gaps, overruns, before, after, isSmall } = await stall(t, 'fail-closed')
    t.comment(`${judged} judged, ${full} found the queue full, ${user} the socket`)
    t.equal(before, 0, 'nobody passes meanwhile')
    t.equal(after, judged, 'who was judged arrives')
    t.equal(judged + full + user, PACKETS, 'the others are counted')
    t.strictSame([gaps, overruns], [user, user], 'what the socket lost is also seen from our side')
    t.ok(isSmall ? full + user > 0 : full > 0 && user === 0, 'where the buffer is as large as asked, the queue is full before it')
  })

  await t.test('fail-open: what does not fit passes unseen, and we count it', async (t) => {
    const { judged, full, user, gaps, overruns, before, after } = await stall(t, 'fail-open')
    t.comment(`${judged} judged, ${gaps} passed unseen`)
    t.equal(before, gaps, 'what does not fit passes at once')
    t.equal(after, PACKETS, 'all arrive')
    t.equal(judged + gaps, PACKETS, 'and each is counted')
    t.strictSame([gaps > 0, overruns], [true, gaps], 'the socket is full before the queue, which would count nothing')
    t.strictSame([full, user], [0, 0], 'the kernel drops none')
  })

  await t.test('a receive buffer smaller than asked is said, with both sizes', { skip }, async (t) => {
    const served = await serve(t, policy('fail-closed', LARGE), '--queues', '1')
    const [line] = served
      .log()
      .split('\n')
      .filter((text) => text.includes('"receive-buffer-small"'))
    t.match(JSON.parse(line ?? '{}'), { level: 'warn', queue: QUEUE, asked: LARGEST, granted: most })
    t.equal((await served.samples()).get(`ipxxb_queue_receive_buffer_bytes{queue="${QUEUE}"}`), most)
    await served.stop()
  })

  await t.test('fail-closed, and a receive buffer too small for the queue: the other cause', { skip }, async (t) => {
    const { judged, full, user, gaps, overruns, before, after } = await stall(t, 'fail-closed', LARGE)
    t.comment(`${judged} judged, ${full} found the queue full, ${user} the socket`)
    t.strictSame([before, after], [0, judged])
    t.equal(judged + user, PACKETS)
    t.strictSame([full, gaps, overruns], [0, user, user], 'seen by the kernel, by missing ids and by the socket alike')
  })

  await t.test('each worker stays on the processor that --pin gives it', async (t) => {
    const served = await serve(t, policy('fail-open'), '--queues', '2', '--pin', '0')
    const folder = `/proc/${served.process.pid}/task`
    const lists = readdirSync(folder).map(
      (thread) => /^Cpus_allowed_list:\t(\S+)$/m.exec(readFileSync(`${folder}/${thread}/status`, 'utf8'))?.[1],
    )
    const main = /^Cpus_allowed_list:\t(\S+)$/m.exec(readFileSync(`/proc/${served.process.pid}/status`, 'utf8'))?.[1]
    t.equal(lists.filter((list) => list === '0').length, main === '0' ? lists.length : 3, 'two enforce queues, one to observe')
    t.notMatch(served.log(), /worker-unpinned/)
    await served.stop()
  })
}
