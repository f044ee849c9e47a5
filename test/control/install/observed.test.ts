// SPDX-License-Identifier: GPL-2.0-or-later
// The texts stand in test/cases/steering, the traffic is in test/network.

import t from 'tap'
import { openSteering } from '../../../src/control/install/install.js'
import { readCounted, renderObserved, renderObservedChain, Tally } from '../../../src/control/install/observed.js'
import { type Run, run } from '../../../src/control/install/run.js'
import { IPTABLES } from '../../../src/control/install/tools.js'
import { enterNamespaces } from '../../network/network.js'
import { direct } from './direct.js'
import { failed, said } from './fake.js'
import { shell, STATIC } from './listing.js'
import { openNft } from './nft-listing.js'
import { QUEUES } from './plans.js'
import { runWithStandIn } from './stand-in.js'

const inside = enterNamespaces(import.meta.url)
const skip = inside === true ? false : inside

t.test('a kernel without a limit queues all', (t) => {
  t.same(renderObserved(null, '-j NFQUEUE'), ['-A IPXXB-OBSERVED -j NFQUEUE'])
  t.same(renderObservedChain(null, 'queue to 1'), ['queue to 1'])
  t.end()
})

t.test('what iptables-save shows', (t) => {
  t.equal(
    readCounted('*mangle\n[3:99] -A IPXXB-OBSERVED -g IPXXB-UNSEEN\n[18446744073:5] -A IPXXB-UNSEEN -j RETURN\nCOMMIT\n'),
    18446744073,
  )
  t.equal(readCounted('*mangle\n:IPXXB-UNSEEN - [7:7]\nCOMMIT\n'), 0)
  t.end()
})

t.test('a tally never goes back', (t) => {
  const tally = new Tally()
  t.equal(tally.total, 0)
  const totals = [5, 5, 9, 2, 3, 0, 4].map((now) => {
    tally.see(now)
    return tally.total
  })
  t.same(totals, [5, 5, 9, 11, 12, 12, 16])
  t.end()
})

/** As `run`, on a machine that refuses trials which name `word`. */
const refusing =
  (word: string, run: Run): Run =>
  (command, words, input = '') =>
    input.includes('-try') || input.includes('IPXXB-TRY')
      ? input.includes(word)
        ? Promise.resolve(failed('no such match'))
        : run(command, words, input)
      : run(command, words, input)

for (const backend of IPTABLES) {
  t.test(`${backend}: a kernel without the match`, { skip }, async (t) => {
    const steering = await openSteering({ direct, run: refusing('hashlimit', run), queues: QUEUES, backend })
    await steering.widen(STATIC)
    t.equal(await steering.unseen(), null)
    t.ok(await steering.isInForce())
    const saved = shell(`${backend}-save -t mangle`)
    t.match(saved, '-A IPXXB-OBSERVED -j NFQUEUE --queue-num 5310 --queue-bypass')
    t.notMatch(saved, /hashlimit|-A IPXXB-UNSEEN/)
    await steering.remove()
  })

  t.test(`${backend}: another run's count is not ours, and what counts is looked after`, { skip }, async (t) => {
    const counted =
      (packets: number): Run =>
      async (command, words, input) =>
        words.includes('-c') ? said(`[${packets}:0] -A IPXXB-UNSEEN -j RETURN\n`) : run(command, words, input)
    let packets = 7
    const steering = await openSteering({ direct, run: (...all) => counted(packets)(...all), queues: QUEUES, backend })
    t.equal(await steering.unseen(), 0, 'before the first plan')
    await steering.widen(STATIC)
    t.equal(await steering.unseen(), 7)
    packets = 2
    t.equal(await steering.unseen(), 9, 'somebody has set it to zero')
    for (const damage of [`-F IPXXB-UNSEEN`, `-R IPXXB-UNSEEN 1 -j ACCEPT`, `-D IPXXB-OBSERVED 1`]) {
      shell(`${backend} -t mangle ${damage}`)
      t.notOk(await steering.isInForce(), damage)
      await steering.reinstall()
      t.ok(await steering.isInForce(), damage)
      t.match(shell(`${backend}-save -t mangle`), '-A IPXXB-UNSEEN -j RETURN\n')
    }
    await steering.remove()
    t.notMatch(shell(`${backend}-save -t mangle`), 'IPXXB')
  })
}

t.test('nft: a kernel without the statement', { skip }, async (t) => {
  const steering = await openNft({ run: refusing(' limit ', runWithStandIn()) })
  await steering.widen(STATIC)
  t.equal(await steering.unseen(), null)
  t.ok(await steering.isInForce())
  t.notMatch(shell('nft list table inet ipxxb'), /limit rate|counter/)
  await steering.remove()
})

t.test('nft: the counter is read, and goes on', { skip }, async (t) => {
  const set = (packets: number) =>
    shell(`nft 'flush chain inet ipxxb observed; delete counter inet ipxxb unseen
      add counter inet ipxxb unseen { packets ${packets} bytes 0; }'`)
  const crashed = await openNft()
  await crashed.widen(STATIC)
  set(1000)
  const steering = await openNft()
  t.equal(await steering.unseen(), 0, 'before the first plan')
  await steering.widen(STATIC)
  t.equal(await steering.unseen(), 0, "a crashed run's count is not ours")
  set(5)
  t.equal(await steering.unseen(), 5)
  t.notOk(await steering.isInForce(), 'the rules of the chain are gone')
  await steering.reinstall()
  t.ok(await steering.isInForce())
  t.equal(await steering.unseen(), 5, 'the counter was left alone')
  await steering.widen(STATIC)
  await steering.narrow()
  t.equal(await steering.unseen(), 5)
  shell('nft flush ruleset')
  t.equal(await steering.unseen(), 5, 'it is gone')
  await steering.reinstall()
  t.equal(await steering.unseen(), 5)
  await steering.remove()
})
