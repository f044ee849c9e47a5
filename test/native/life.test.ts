// SPDX-License-Identifier: GPL-2.0-or-later
// How a queue begins and ends: who else has it, who may not have it, wake-ups, threads and processes that die with it.

import { execFileSync, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, readdirSync, readFileSync, readlinkSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { Worker } from 'node:worker_threads'
import t, { type Test } from 'tap'
import { CUSTOMER, createNetwork, enterNamespaces, eventually, OUTSIDE } from '../network/network.js'
import { createBatch, openBatch, strideFor } from '../../src/contract/batch.js'
import { addon, bind, isBound, counters, QUEUE, refusal, settle, shell } from './bound.js'

const inside = enterNamespaces(import.meta.url)
const skip = inside === true ? false : inside

t.test('the life of a queue', { skip }, async (t) => {
  const network = createNetwork()
  const HOLDER = new URL('./holder.js', import.meta.url)
  const PORT = 5300
  await network.customer.listen(CUSTOMER, PORT)
  shell(`iptables -A FORWARD -p udp --dport ${PORT} -j NFQUEUE --queue-num ${QUEUE}`)
  const send = (count: number) => network.outside.send(OUTSIDE, 4000, CUSTOMER, PORT, 'ab', count)

  async function heldBy(t: Test, mode: string): Promise<Worker> {
    const worker = new Worker(HOLDER, { workerData: mode })
    t.teardown(() => worker.terminate())
    await once(worker, 'message')
    return worker
  }

  t.test('a queue that this process has is refused with its process id', async (t) => {
    // The second socket of a process has no port id that would tell.
    const first = bind({ queue: 20 })
    const second = bind({ queue: 21 })
    t.equal(
      refusal(() => bind({ queue: 20 })),
      `QUEUE_IN_USE: queue 20 belongs to process ${process.pid}`,
    )
    t.equal(
      refusal(() => bind({ queue: 21 })),
      `QUEUE_IN_USE: queue 21 belongs to process ${process.pid}`,
    )
    first.close()
    second.close()
    bind({ queue: 20 }).close()
  })

  t.test('a queue of another process is refused with its id, and free once that was killed', async (t) => {
    const holder = spawn(process.execPath, [fileURLToPath(HOLDER)], { stdio: ['ignore', 'pipe', 'inherit'] })
    await once(holder.stdout, 'data')
    t.equal(
      refusal(() => bind()),
      `QUEUE_IN_USE: queue ${QUEUE} belongs to process ${holder.pid}`,
    )
    holder.kill('SIGKILL')
    await once(holder, 'exit')
    bind().close()
  })

  t.test('a thread that is ended between two exchanges ends alone', (t) => {
    const { status, stderr } = spawnSync(process.execPath, [fileURLToPath(new URL('./ender.js', import.meta.url))], { encoding: 'utf8' })
    t.equal(stderr, '')
    t.equal(status, 0)
    t.end()
  })

  t.test('without CAP_NET_ADMIN over this network namespace: NO_PRIVILEGE, whoever has the queue', async (t) => {
    const holder = bind()
    for (const queue of [QUEUE, QUEUE + 1]) {
      const program = fileURLToPath(new URL('./opener.js', import.meta.url))
      const output = execFileSync('unshare', ['--user', process.execPath, program, String(queue)], { encoding: 'utf8' })
      t.equal(output, `NO_PRIVILEGE: queue ${queue} cannot be bound without CAP_NET_ADMIN\n`)
    }
    holder.close()
  })

  t.test('a wake-up ends one wait', async (t) => {
    const wake = addon.createWake()
    const source = bind({ wake })
    addon.wake(wake)
    addon.wake(wake)
    t.equal(source.exchange(250), 0)
    t.equal(counters(source.batch).wakeups, 1)
    t.equal(source.exchange(1), 0)
    t.equal(counters(source.batch).wakeups, 1, 'two at once are one, and it was consumed')
    // From another thread, while this one waits.
    const waker = new Worker(new URL('./waker.js', import.meta.url), { workerData: wake })
    for (let turn = 0; turn < 40 && counters(source.batch).wakeups === 1; turn++) source.exchange(250)
    t.equal(counters(source.batch).wakeups, 2)
    await once(waker, 'exit')
    // A wake-up does not eat the packets that came with it.
    addon.wake(wake)
    await send(2)
    t.equal(
      settle(source, 2, () => undefined),
      2,
    )
    source.close()
    addon.closeWake(wake)
  })

  t.test('each call tells the time, whether a packet came or not', async (t) => {
    const source = bind()
    /** Within this call, but for the millisecond that Date.now() cuts off. */
    const tells = (wait: number): number => {
      const before = Date.now()
      const count = source.exchange(wait)
      const milliseconds = 1000 * (source.batch.time[0] as number)
      t.ok(milliseconds >= before + (count === 0 ? 0.9 * wait : 0) && milliseconds < Date.now() + 1, `${milliseconds - before} ms`)
      return count
    }
    for (const wait of [0, 100]) t.equal(tells(wait), 0)
    await send(1)
    t.ok(await eventually(async () => tells(0) === 1))
    source.close()
  })

  t.test('a wait is bounded, whatever was asked for', (t) => {
    const source = bind()
    const start = Date.now()
    t.equal(source.exchange(60_000), 0)
    const waited = Date.now() - start
    t.ok(waited >= 200 && waited < 10_000, `${waited} ms`)
    source.close()
    t.end()
  })

  t.test('a wake-up that was closed too early does not make the worker spin', (t) => {
    const wake = addon.createWake()
    const source = bind({ wake })
    addon.closeWake(wake)
    t.equal(
      refusal(() => source.exchange(10)),
      `QUEUE_LOST: the kernel took queue ${QUEUE} away: EBADF`,
    )
    source.close()
    t.end()
  })

  t.test('terminate() of a waiting worker closes its queue', async (t) => {
    const worker = await heldBy(t, 'exchanging')
    t.ok(isBound(QUEUE))
    await worker.terminate()
    t.notOk(isBound(QUEUE))
  })

  t.test('a worker that dies with packets undecided gives them the default verdict', async (t) => {
    const before = await network.customer.count(PORT)
    const worker = await heldBy(t, 'stuck')
    await send(70)
    t.equal(await network.customer.count(PORT), before, 'they wait')
    await worker.terminate()
    t.notOk(isBound(QUEUE))
    t.ok(await eventually(async () => (await network.customer.count(PORT)) === before + 70))
  })

  t.test('two environments have a queue each', async (t) => {
    const worker = await heldBy(t, 'exchanging')
    const source = bind({ queue: QUEUE + 1 })
    t.ok(isBound(QUEUE) && isBound(QUEUE + 1))
    await worker.terminate()
    t.equal(source.exchange(0), 0, 'the other lives on')
    source.close()
  })

  t.test('a socket that is gone is QUEUE_LOST, and close() still works', (t) => {
    const sockets = () =>
      readdirSync('/proc/self/fd').flatMap((fd) => {
        try {
          return [[Number(fd), readlinkSync(`/proc/self/fd/${fd}`)] as const]
        } catch {
          return [] // the descriptor of the listing itself
        }
      })
    const before = new Set(sockets().map(([, target]) => target))
    const source = bind()
    const [own] = sockets().filter(([, target]) => target.startsWith('socket:') && !before.has(target))
    closeSync((own as readonly [number, string])[0])
    t.equal(
      refusal(() => source.exchange(10)),
      `QUEUE_LOST: the kernel took queue ${QUEUE} away: EBADF`,
    )
    source.close()
    t.throws(() => source.exchange(0), TypeError)
    t.end()
  })

  t.test('what the kernel dropped is kept when the queue is closed, and so is the CPU time', async (t) => {
    const options = { slab: createBatch(strideFor(128)).memory, maxLength: 10 }
    for (const turn of [1, 2]) {
      const source = bind(options)
      await send(30)
      t.equal(counters(source.batch).droppedFull, 20 * (turn - 1), 'not while the kernel has it')
      source.close()
      t.equal(counters(source.batch).droppedFull, 20 * turn)
      t.equal(counters(source.batch).droppedUser, 0)
    }
    const { userMicroseconds, systemMicroseconds } = counters(openBatch(options.slab))
    const { userCPUTime, systemCPUTime } = process.resourceUsage()
    t.ok(userMicroseconds + systemMicroseconds > 0)
    t.ok(userMicroseconds <= 2 * userCPUTime && systemMicroseconds <= 2 * systemCPUTime, 'two queues in one thread')
  })

  t.test('nothing stays open', (t) => {
    t.notOk(isBound(QUEUE))
    const rows = readFileSync('/proc/self/net/netlink', 'utf8').split('\n')
    t.strictSame(
      rows.filter((row) => row.split(/\s+/)[1] === '12' && row.split(/\s+/)[2] !== '0'),
      [],
      'no netfilter socket',
    )
    t.end()
  })

  t.teardown(() => network.close())
})
