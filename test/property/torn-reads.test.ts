// SPDX-License-Identifier: GPL-2.0-or-later
// No torn read: threads look up the addresses whose exemptions a writer adds and removes in the same image at the same time. Every answer is
// that of before or that of after. The writer goes where nobody was yet as long as there is room, because what is new (groups, nodes,
// classes, rows, lists) is what could be seen half written; then it goes back and forth.

import { Worker } from 'node:worker_threads'
import t from 'tap'
import { compile } from '../../src/control/compile/compile.js'
import { Exempting } from '../../src/control/compile/exempting.js'
import { block, network, policy, service } from './policies.js'
import type { Seen } from './torn-reader.js'
import { BLOCKS, blocksOf, exemptBlocks, hostWords, WATCHED, WIDE_BLOCK } from './torn-scene.js'

const MILLISECONDS = 2000
/** How long a state stays, so that readers meet it, and so short that many groups and nodes are made in the time. */
const PAUSE_MILLISECONDS = 0.005

const wait = (milliseconds: number) => {
  const end = performance.now() + milliseconds
  while (performance.now() < end);
}

t.test('every answer is the old or the new one', async (t) => {
  const of = policy({
    networks: [network('customers', '10.0.0.0/8 2001:db8::/32', { customers: true })],
    blocks: Array.from({ length: BLOCKS }, (_, index) => block(null, { name: `b${index}`, services: [service('udp/53')] })),
  })
  const compiled = compile(of, { digest: new Uint32Array(8), generation: 1 })
  const exempting = new Exempting(compiled)
  const watched = new Int32Array(new SharedArrayBuffer(8))

  const readers = [false, true].map((whole) => {
    const worker = new Worker(new URL('./torn-reader.js', import.meta.url), {
      workerData: { image: compiled.image, watched: watched.buffer, whole },
    })
    const said: unknown[] = []
    const messages = [() => {}, () => {}]
    const ready = new Promise<void>((resolve) => (messages[0] = resolve))
    const done = new Promise<void>((resolve) => (messages[1] = resolve))
    worker.on('message', (message) => messages[said.push(message) - 1]?.())
    worker.on('error', (error) => t.fail(String(error)))
    return { ready, done: done.then(() => said[1] as Seen) }
  })
  await Promise.all(readers.map(({ ready }) => ready))

  const outcomes = new Map<string, number>()
  const flip = (family: 4 | 6, index: number) => {
    const host = { words: hostWords(family, index, 2), length: family === 4 ? 32 : 128 }
    const wide =
      family === 4
        ? { words: [(0x0a000000 + index * 256) & 0xfffff000], length: 20 }
        : { words: [0x20010db8, (index & ~3) * 65_536, 0, 0], length: 46 }
    const blocks = blocksOf(exemptBlocks(index))
    const steps = [
      () => exempting.add(host, blocks, null),
      () => exempting.add(wide, [WIDE_BLOCK], null),
      () => exempting.remove(host, blocks, null),
      () => exempting.remove(wide, [WIDE_BLOCK], null),
    ]
    for (const step of steps) {
      const outcome = step()
      outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1)
      wait(PAUSE_MILLISECONDS)
    }
  }
  const end = performance.now() + MILLISECONDS
  let index = 0
  for (; performance.now() < end; index = (index + 1) & 0x1fff) {
    Atomics.store(watched, WATCHED.index, index)
    wait(PAUSE_MILLISECONDS)
    flip(4, index)
    // There is room for some 3,000 hosts of IPv6.
    if (index < 3000) flip(6, index)
  }
  Atomics.store(watched, WATCHED.stop, 1)
  for (const { done } of readers) {
    const { looks, before, after, wrong } = await done
    t.equal(wrong, null, `${looks} look-ups, ${before} of them before, ${after} after`)
    t.ok(looks > 100)
  }
  t.same([...outcomes.keys()], ['changed'])
  t.comment(`${outcomes.get('changed')} changes`)
  const [{ before, after }] = (await Promise.all(readers.map(({ done }) => done))) as [Seen]
  t.ok(before > 100 && after > 100, 'both were seen')
})
