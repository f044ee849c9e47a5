// SPDX-License-Identifier: GPL-2.0-or-later
// The addon against a real kernel queue on a router's forward path: what the columns say, what verdicts and marks do, what is lost and how
// that is counted.

import { connect, createServer } from 'node:net'
import t from 'tap'
import { type Batch, createBatch } from '../../src/contract/batch.js'
import { NF_ACCEPT, NF_DROP } from '../../src/contract/numbers.js'
import { CUSTOMER, CUSTOMER6, createNetwork, enterNamespaces, eventually, OUTSIDE, OUTSIDE6 } from '../network/network.js'
import { addon, bind, isBound, counters, options, QUEUE, settle, shell } from './bound.js'

const inside = enterNamespaces(import.meta.url)
const skip = inside === true ? false : inside

t.test('a real kernel queue', { skip }, async (t) => {
  const network = createNetwork()
  const { outside, customer } = network
  const FIRST_PORT = 5300
  const PORTS = 64
  for (let port = FIRST_PORT; port < FIRST_PORT + PORTS; port++) await customer.listen(CUSTOMER, port)
  shell(`iptables -t mangle -A FORWARD -j MARK --set-mark 5
  for tables in iptables ip6tables; do $tables -A FORWARD -p udp --dport ${FIRST_PORT}:${FIRST_PORT + PORTS - 1} -j NFQUEUE --queue-num ${QUEUE}; done
  for mark in 0 5 7; do iptables -t mangle -A POSTROUTING -p udp -m mark --mark $mark; done`)

  const send = (port: number, bytes = 8, count = 1) => outside.send(OUTSIDE, 4000, CUSTOMER, port, 'ab'.repeat(bytes), count)
  const arrived = async () => {
    const counts: number[] = []
    for (let port = FIRST_PORT; port < FIRST_PORT + PORTS; port++) counts.push(await customer.count(port))
    return counts
  }
  const accept = () => undefined
  const port = (batch: Batch, at: number) => ((batch.bytes[at] as number) << 8) | (batch.bytes[at + 1] as number)
  /** Packets that reached the customer during `work`. */
  async function arrivals(work: () => Promise<void>): Promise<number> {
    const total = async () => (await arrived()).reduce((sum, count) => sum + count, 0)
    const before = await total()
    await work()
    // What was dropped cannot be waited for: wait until nothing has come for a while.
    let after = await total()
    while (await eventually(async () => (await total()) !== after, 150)) after = await total()
    return after - before
  }

  t.test('the columns say what the kernel knows of a forwarded packet', async (t) => {
    const source = bind()
    await send(FIRST_PORT, 1000)
    await outside.send(OUTSIDE6, 4001, CUSTOMER6, FIRST_PORT, 'cd'.repeat(10))
    const seen: object[] = []
    settle(source, 2, (batch, entry) => {
      const at = batch.at[entry] as number
      const headerBytes = seen.length === 0 ? 20 : 40
      seen.push({
        id: batch.id[entry],
        first: batch.bytes[at],
        sourcePort: port(batch, at + headerBytes),
        copied: batch.copied[entry],
        length: batch.length[entry],
        in: batch.inInterface[entry],
        out: batch.outInterface[entry],
        mark: batch.mark[entry],
        meta: batch.meta[entry],
        verdict: batch.verdict[entry],
        setMark: batch.setMark[entry],
      })
    })
    const index = (name: string) => addon.listInterfaces().find((one) => one.name === name)?.index
    const both = { in: index('to-outside'), out: index('to-customer'), verdict: NF_ACCEPT, setMark: 0 }
    t.strictSame(seen, [
      { ...both, id: 1, first: 0x45, sourcePort: 4000, copied: 128, length: 1028, mark: 5, meta: 0x08000002 },
      { ...both, id: 2, first: 0x60, sourcePort: 4001, copied: 58, length: 58, mark: 0, meta: 0x86dd0002 },
    ])
    source.close()
  })

  t.test('each packet gets its own verdict, in batches of any order', async (t) => {
    const source = bind()
    const before = await arrived()
    const dropped = new Set<number>()
    let random = 1
    for (let round = 0; round < 3; round++) {
      for (let port = FIRST_PORT; port < FIRST_PORT + PORTS; port++) await send(port)
      settle(source, PORTS, (batch, entry) => {
        const at = batch.at[entry] as number
        const to = port(batch, at + 22)
        random = (random * 1103515245 + 12345) & 0x7fffffff
        if ((random & 0x10000) === 0) return
        batch.verdict[entry] = NF_DROP
        dropped.add(round * PORTS + to - FIRST_PORT)
      })
    }
    const expected = before.map((count, port) => count + [0, 1, 2].filter((round) => !dropped.has(round * PORTS + port)).length)
    t.ok(dropped.size > PORTS / 2 && dropped.size < 2.5 * PORTS, `${dropped.size} of ${3 * PORTS} were dropped`)
    await eventually(async () => (await arrived()).join() === expected.join())
    t.strictSame(await arrived(), expected)
    const { packets, idGaps, verdictErrorEnoent, verdictMessages, verdictSends } = counters(source.batch)
    t.strictSame({ packets, idGaps, verdictErrorEnoent }, { packets: 3 * PORTS, idGaps: 0, verdictErrorEnoent: 0 })
    t.ok(verdictMessages > verdictSends, `${verdictMessages} runs left in ${verdictSends} sends`)
    source.close()
  })

  t.test('no mark is not mark 0', async (t) => {
    const source = bind()
    shell('iptables -t mangle -Z POSTROUTING')
    await send(FIRST_PORT, 8, 6)
    let entries = 0
    settle(source, 6, (batch, entry) => {
      // One leaves the mark alone, two set it to 0, three to 7; NEW_MARK without SET_MARK means nothing.
      batch.newMark[entry] = entries < 3 ? 0 : 7
      batch.setMark[entry] = entries === 0 ? 0 : 1
      entries++
    })
    const count = () => shell("iptables -t mangle -nvxL POSTROUTING | awk 'NR > 2 { print $1 }'").trim().split('\n').join(' ')
    await eventually(() => count() === '2 1 3')
    t.equal(count(), '2 1 3', 'packets with mark 0, 5 and 7')
    source.close()
  })

  t.test('a datagram larger than its slot gets the default verdict between its neighbours', async (t) => {
    const batch = createBatch(512)
    const native = addon.openQueue(QUEUE, batch.bytes, addon.createWake(), 1500, 64, 1 << 20, false, NF_ACCEPT)
    const passed = await arrivals(async () => {
      await send(FIRST_PORT, 8)
      await send(FIRST_PORT + 1, 1000)
      await send(FIRST_PORT + 1, 1000)
      await send(FIRST_PORT, 8)
      let shown = 0
      for (let turn = 0; turn < 8 && shown < 2; turn++) {
        const size = native.exchange(250)
        for (let entry = 0; entry < size; entry++) batch.verdict[entry] = NF_DROP
        shown += size
      }
      t.equal(shown, 2, 'two were shown, and dropped')
      native.exchange(0)
    })
    t.equal(passed, 2, 'the two that were not shown passed')
    const { packets, truncated, idGaps } = counters(batch)
    t.strictSame({ packets, truncated, idGaps }, { packets: 4, truncated: 2, idGaps: 0 })
    native.close()
  })

  t.test('a full receive buffer is counted, and its packets do what failOpen says', async (t) => {
    for (const failOpen of [true, false]) {
      const source = bind({ failOpen, receiveBuffer: 8192 })
      const sent = 200
      let seen = 0
      const passed = await arrivals(async () => {
        await send(FIRST_PORT, 8, sent)
        seen = settle(source, sent, accept)
        // An id that is missing shows when a later one has come.
        await send(FIRST_PORT, 8, 1)
        settle(source, 1, accept)
      })
      const { packets, overruns, idGaps } = counters(source.batch)
      t.ok(seen < sent, `${seen} of ${sent} fitted`)
      t.strictSame({ packets, overruns, idGaps }, { packets: seen + 1, overruns: sent - seen, idGaps: sent - seen })
      t.equal(passed, failOpen ? sent + 1 : seen + 1)
      source.close()
    }
  })

  t.test('after an overrun the next packet finds room as soon as some were taken', async (t) => {
    const source = bind({ receiveBuffer: 1 << 16 })
    await send(FIRST_PORT, 8, 300)
    const first = source.exchange(250)
    t.equal(first, 64)
    await send(FIRST_PORT, 8, 10)
    const rest = settle(source, 300, accept)
    const { overruns } = counters(source.batch)
    t.ok(overruns > 0 && rest > 64, `${rest} more came, ${overruns} did not fit`)
    t.equal(first + rest + overruns, 310)
    t.equal(overruns, counters(source.batch).idGaps, 'none of the ten was lost: the last id came')
    source.close()
  })

  t.test('a full queue drops or passes packets without taking an id', async (t) => {
    for (const failOpen of [true, false]) {
      const source = bind({ failOpen, maxLength: 10 })
      const passed = await arrivals(async () => {
        await send(FIRST_PORT, 8, 30)
        t.equal(settle(source, 10, accept), 10)
      })
      t.equal(passed, failOpen ? 30 : 10)
      t.equal(counters(source.batch).idGaps, 0)
      source.close()
    }
  })

  t.test('close() settles what is owed by the columns and drains the rest by default', async (t) => {
    for (const [defaultVerdict, expected] of [
      [NF_ACCEPT, 90],
      [NF_DROP, 1],
    ] as const) {
      const source = bind({ defaultVerdict })
      const passed = await arrivals(async () => {
        await send(FIRST_PORT, 8, 10)
        let owed = 0
        for (let turn = 0; turn < 8 && owed === 0; turn++) owed = source.exchange(250)
        source.batch.verdict.fill(defaultVerdict)
        source.batch.verdict[0] = defaultVerdict === NF_ACCEPT ? NF_DROP : NF_ACCEPT
        await send(FIRST_PORT, 8, 81)
        source.close()
        source.close()
      })
      t.equal(passed, expected)
      t.equal(counters(source.batch).packets, 91)
      t.notOk(isBound(QUEUE))
    }
  })

  t.test('a new queue on the slab of the last one: counters go on, and its first id is no gap', async (t) => {
    const { slab } = options()
    for (let life = 1; life <= 2; life++) {
      const source = bind({ slab })
      await send(FIRST_PORT, 8, 3)
      t.equal(settle(source, 3, accept), 3)
      const { packets, idGaps } = counters(source.batch)
      t.strictSame({ packets, idGaps }, { packets: 3 * life, idGaps: 0 })
      source.close()
    }
  })

  t.test('the kernel segments before it queues', async (t) => {
    shell(`ip link set lo mtu 1500; iptables -A OUTPUT -o lo -p tcp --dport 5999 -j NFQUEUE --queue-num ${QUEUE}`)
    const source = bind({ maxLength: 65536 })
    const bytes = 400_000
    let received = 0
    const server = createServer((socket) => socket.on('data', (data) => (received += data.length)))
    await new Promise<void>((resolve) => server.listen(5999, '127.0.0.1', resolve))
    const client = connect(5999, '127.0.0.1')
    client.end(Buffer.alloc(bytes))
    let longest = 0
    let info = 0
    const deadline = Date.now() + 10_000
    while (received < bytes && Date.now() < deadline) {
      const size = source.exchange(0)
      for (let entry = 0; entry < size; entry++) {
        longest = Math.max(longest, source.batch.length[entry] as number)
        info |= source.batch.skbInfo[entry] as number
      }
      await new Promise((resolve) => setImmediate(resolve))
    }
    t.equal(received, bytes)
    t.ok(longest > 1000 && longest <= 1500, `the longest packet had ${longest} bytes`)
    t.equal(info & 2, 0, 'none was a super-packet')
    client.destroy()
    server.close()
    source.close()
  })

  t.teardown(() => network.close())
})
