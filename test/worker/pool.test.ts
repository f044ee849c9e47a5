// SPDX-License-Identifier: GPL-2.0-or-later
// A pool whose worker dies: nobody who changes or stops it may wait for a replacement that does not come.

import { readFileSync } from 'node:fs'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import t from 'tap'
import { createBatch, strideFor } from '../../src/contract/batch.js'
import { createCounters } from '../../src/contract/counters.js'
import { MOST_COPY_RANGE, NF_ACCEPT } from '../../src/contract/numbers.js'
import { prepare } from '../../src/control/reload.js'
import { closeWake, createWake } from '../../src/datapath/packet/native.js'
import { openNfqueue } from '../../src/datapath/packet/nfqueue.js'
import { Pool } from '../../src/worker/pool.js'
import { enterNamespaces, eventually } from '../network/network.js'

const QUEUE = 5300
const inside = enterNamespaces(import.meta.url)

const image = (generation: number): SharedArrayBuffer =>
  prepare({ path: 'policy.yaml', readFile: () => 'version: 1\n', nowSeconds: 0, timezone: 'UTC' }, generation).compiled.image

/** Whether it resolves within two seconds. */
const resolves = (promise: Promise<unknown>): Promise<boolean> =>
  Promise.race([promise.then(() => true), new Promise<boolean>((resolve) => setTimeout(resolve, 2000, false))])

/** Somebody else's socket on the queue. */
function take(): () => void {
  const wake = createWake()
  const source = openNfqueue({
    queue: QUEUE,
    slab: createBatch(strideFor(MOST_COPY_RANGE)).memory,
    wake,
    copyRange: MOST_COPY_RANGE,
    maxLength: 16,
    receiveBuffer: 65536,
    failOpen: true,
    defaultVerdict: NF_ACCEPT,
  })
  return () => {
    source.close()
    closeWake(wake)
  }
}

/** Bytes of address space: what is never written of an image is no memory, and counts here all the same. */
const addressSpace = (): number => Number(/^VmSize:\s*(\d+)/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[1]) * 1024

if (inside !== true) t.pass('pool', { skip: inside })
else {
  await t.test('of images that were replaced none is kept, nor is the first, by nobody', async (t) => {
    setFlagsFromString('--expose-gc')
    const collectGarbage = runInNewContext('gc') as () => void
    const bytes = image(0).byteLength
    const pool = await Pool.start([{ number: QUEUE, kind: 'enforce', failOpen: true }], image(1), [createCounters(0)], {
      workerDied: (_, cause) => t.fail(cause),
      workerReplaced: () => t.fail('none died'),
      cannotAnswer: () => t.fail('no block rejects'),
      cannotPin: () => t.fail('none is kept anywhere'),
    })
    collectGarbage()
    const before = addressSpace()
    for (const generation of [2, 3, 4]) await pool.publish(image(generation), [createCounters(0)])
    const isLetGo = () => {
      collectGarbage()
      return addressSpace() < before + bytes / 2
    }
    t.ok(await eventually(isLetGo), `${Math.round((addressSpace() - before) / bytes)} images more than there were`)
    await pool.stop()
  })

  await t.test('a publication does not wait for a worker that cannot come back, and neither does a stop', async (t) => {
    let release: (() => void) | null = null
    const [died, replaced]: [string[], number[]] = [[], []]
    const pool = await Pool.start([{ number: QUEUE, kind: 'enforce', failOpen: true }], image(1), [createCounters(0)], {
      workerDied: (_, cause) => {
        release ??= take()
        died.push(cause)
      },
      workerReplaced: (queue) => replaced.push(queue),
      cannotAnswer: () => t.fail('no block rejects'),
      cannotPin: () => t.fail('none is kept anywhere'),
    })
    await pool.kill(QUEUE)
    t.ok(await eventually(() => died.length > 1))
    t.match(died[1], `queue ${QUEUE} belongs to process ${process.pid}`)
    for (const generation of [2, 3]) t.ok(await resolves(pool.publish(image(generation), [createCounters(0)])), `image ${generation}`)

    ;(release as (() => void) | null)?.()
    t.ok(await eventually(() => replaced.length > 0), 'replaced as soon as the queue is free')
    t.ok(await resolves(pool.publish(image(4), [createCounters(0)])), 'and takes the next image')

    release = null
    await pool.kill(QUEUE)
    t.ok(await resolves(pool.stop()))
    ;(release as (() => void) | null)?.()
  })

  await t.test(
    'a replacement counts as a worker from when it has bound its queue until it ends, whatever becomes of the one before',
    async (t) => {
      let release: (() => void) | null = null
      const [died, replaced, seen]: [string[], number[], Set<boolean>] = [[], [], new Set()]
      const pool = await Pool.start([{ number: QUEUE, kind: 'enforce', failOpen: true }], image(1), [createCounters(0)], {
        workerDied: (_, cause) => {
          died.push(cause)
          // The first replacement finds the queue taken, and the second, which follows at once, finds it free.
          if (died.length === 1) release = take()
          else release?.()
        },
        workerReplaced: (queue) => replaced.push(queue),
        cannotAnswer: () => t.fail('no block rejects'),
        cannotPin: () => t.fail('none is kept anywhere'),
      })
      const isAlive = (): boolean => (pool.views()[0] as { alive: boolean }).alive
      t.equal(isAlive(), true)
      await pool.kill(QUEUE)
      const looks = setInterval(() => died.length > 0 && replaced.length === 0 && seen.add(isAlive()), 1)
      t.ok(await eventually(() => replaced.length > 0))
      clearInterval(looks)
      t.equal(died.length, 2)
      t.strictSame([...seen], [false], 'a thread that has no queue yet serves nobody')
      t.equal(isAlive(), true)
      await new Promise((resolve) => setTimeout(resolve, 300))
      t.equal(isAlive(), true, 'also once the failed one has ended')
      await pool.stop()
    },
  )

  await t.test('a worker that hangs is ended: neither a publication nor a stop waits for it', async (t) => {
    const died: number[] = []
    const news = { workerDied: (queue: number) => died.push(queue), workerReplaced: () => {}, cannotAnswer: () => {}, cannotPin: () => {} }
    const hanging = new URL('./hanging.js', import.meta.url)
    const pool = await Pool.start([{ number: QUEUE, kind: 'enforce', failOpen: true }], image(1), [createCounters(0)], news, hanging)
    await pool.publish(image(2), [createCounters(0)])
    t.same(died, [QUEUE], 'the publication ended it')
    await pool.stop()
    t.pass('and the stop ended its replacement, which hangs as well')
  })
}
