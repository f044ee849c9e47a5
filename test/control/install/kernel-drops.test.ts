// SPDX-License-Identifier: GPL-2.0-or-later
// The kernel's drops on a real router between two hosts: what dies, what lives, what is counted, and what becomes of them in a change, when
// nobody renews the switch, and where a kernel refuses a rule. No queue stands behind: what is left alone arrives.
//
// Long because one network serves all of it: building it takes longer than most of the rows.

import t from 'tap'
import { CLASS_A, PORT, REASONS, REQUEST, SHORT, WRONG_SOURCE_PORT } from '../../../src/contract/reasons.js'
import { equal } from '../../../src/contract/shape.js'
import type { KernelPlan } from '../../../src/control/compile/kernel-plan.js'
import { SWITCH_SECONDS } from '../../../src/control/install/drops.js'
import { type DropCounts, KernelDrops } from '../../../src/control/install/kernel-drops.js'
import { type Run, run } from '../../../src/control/install/run.js'
import {
  CUSTOMER,
  CUSTOMER6,
  createNetwork,
  enterNamespaces,
  eventually,
  NEIGHBOUR,
  OUTSIDE,
  OUTSIDE6,
  RESOLVER,
} from '../../network/network.js'
import { cutAt, DNS_QUERY, DNS_REPLY, destinationOptions, opening, toHex, transport, type Way, whole } from '../../network/packets.js'
import { address } from '../../oracle/addresses.js'
import { concat, ip } from '../../property/packets.js'
import { direct } from './direct.js'
import {
  ANSWER_RULES,
  block,
  CLASS_A_RULES,
  CUSTOMERS,
  DNS_RULES,
  EMPTY,
  HEADER_RULES,
  kernelPlan,
  NEAR,
  rule,
  setOf,
} from './kernel-plans.js'
import { shell } from './listing.js'

const inside = enterNamespaces(import.meta.url)
t.setTimeout(300_000)

const DNS = 53
const MAIL = 25
const EPHEMERAL = 40_000
/** Where packets that must arrive show that those before them have had their time. */
const LAST = 9

/** `block:reason` to packets, without those that are nothing. */
const counted = ({ drops, spoofed }: DropCounts): Record<string, number> =>
  Object.fromEntries(
    [
      ...drops.map(({ block, reason, packets }) => [`${block} ${REASONS[reason]}`, packets] as const),
      ['spoofed', spoofed.packets] as const,
    ].filter(([, packets]) => packets > 0),
  )

const table = (): string => shell('nft -s list table inet ipxxb-drops 2>/dev/null || true')

t.test('a kernel without nf_tables has nothing of ours, and is asked for nothing', async (t) => {
  const without: Run = async () => ({
    status: 1,
    stdout: '',
    stderr: 'netlink: Error: cache initialization failed: Operation not supported',
  })
  const drops = new KernelDrops(without, direct, () => false)
  t.strictSame((await drops.apply(EMPTY, 'fail-open')).refused, [])
  t.equal(await drops.isInForce(), true)
  await drops.renew()
  await drops.empty()
  await drops.remove()
  const { refused } = await drops.apply(kernelPlan([block(3, 'udp/53', HEADER_RULES)]), 'fail-open')
  t.match(refused, [{ block: 3, message: /Operation not supported/ }], 'userspace decides')
  t.equal(await drops.isInForce(), true)
  const programless = new KernelDrops(
    async () => ({ status: null, stdout: '', stderr: '' }),
    direct,
    () => false,
  )
  t.match(await programless.apply(kernelPlan([block(3, 'udp/53', HEADER_RULES)]), 'fail-open'), {
    refused: [{ message: 'there is no program nft' }],
  })
  await programless.remove()
})

t.test('a policy without drops looks for what others left, once', async (t) => {
  const asked: string[] = []
  const nothing: Run = async (_, words) => {
    asked.push(words.join(' '))
    return { status: 0, stdout: '', stderr: '' }
  }
  const drops = new KernelDrops(nothing, direct, () => false)
  for (let change = 0; change < 3; change++) await drops.apply(EMPTY, 'fail-open')
  t.equal(asked.length, 1)
  await drops.apply(kernelPlan([block(3, 'udp/53', HEADER_RULES)]), 'fail-open')
  asked.length = 0
  await drops.apply(EMPTY, 'fail-open')
  t.equal(asked.length, 1, 'and again where this run has installed something meanwhile')
})

if (inside !== true) t.pass('kernel drops', { skip: inside })
else {
  const network = createNetwork()
  const { outside, customer, neighbour } = network
  for (const port of [DNS, 111, 161, EPHEMERAL, LAST]) {
    for (const to of [CUSTOMER, CUSTOMER6]) await customer.listen(to, port)
  }
  await neighbour.listen(NEIGHBOUR, DNS)
  await outside.listen(OUTSIDE, EPHEMERAL)
  await customer.serve(CUSTOMER, MAIL)
  const plan = kernelPlan(
    [
      block(0, 'udp/53', DNS_RULES, { except: 'far' }),
      block(1, 'udp/111 tcp/25', HEADER_RULES),
      block(2, 'udp/source/53', ANSWER_RULES, { direction: 'outbound' }),
      block(3, 'udp/161', CLASS_A_RULES),
    ],
    { sets: [NEAR, CUSTOMERS, setOf('far', `${RESOLVER}/32`)] },
  )

  /** Packets that `send` brings to `port` of the customer. */
  const arriving = async (port: number, send: () => unknown, host = customer): Promise<number> => {
    const before = await host.count(port)
    const last = await customer.count(LAST)
    await send()
    await outside.send(OUTSIDE, 7777, CUSTOMER, LAST, '00')
    if (!(await eventually(async () => (await customer.count(LAST)) > last))) throw new Error('the last packet did not arrive')
    return (await host.count(port)) - before
  }

  const drops = new KernelDrops(run, direct)
  const inForce = async (of: KernelPlan, work: () => Promise<void>) => {
    await drops.apply(of, 'fail-closed')
    await work()
  }

  await t.test('nothing is installed before there is anything to drop', async (t) => {
    t.ok(await drops.isInForce())
    t.same(await drops.apply(EMPTY, 'fail-open'), { refused: [], last: { drops: [], spoofed: { packets: 0, bytes: 0 } } })
    t.equal(table(), '')
    await drops.renew()
    await drops.remove()
  })

  const ways = [
    { name: 'IPv4', from: OUTSIDE, to: CUSTOMER },
    { name: 'IPv6', from: OUTSIDE6, to: CUSTOMER6 },
  ]
  for (const { name, from, to } of ways) {
    await t.test(`${name}: requests die, replies live, and each is counted by block and reason`, async (t) => {
      const rows: [string, Uint8Array, [number, number], number | null, string | null][] = [
        ['a query', DNS_QUERY, [DNS, DNS], REQUEST, '0'],
        ['a reply', DNS_REPLY, [DNS, DNS], null, null],
        ['a reply from elsewhere', DNS_REPLY, [5353, DNS], WRONG_SOURCE_PORT, '0'],
        ['eleven bytes', DNS_QUERY.subarray(0, 11), [DNS, DNS], SHORT, '0'],
        ['no payload', new Uint8Array(), [DNS, DNS], SHORT, '0'],
        ['header alone', DNS_REPLY, [DNS, 111], PORT, '1'],
        ['class A', DNS_REPLY, [DNS, 161], CLASS_A, '3'],
        ['class A from a clock: only the engine can tell', DNS_REPLY, [123, 161], null, null],
        ['another port', DNS_QUERY, [DNS, EPHEMERAL], null, null],
        [
          'the longest that is plain',
          concat(DNS_QUERY, new Array<number>(1500 - 28 - (name === 'IPv6' ? 20 : 0) - DNS_QUERY.length).fill(0)),
          [DNS, DNS],
          REQUEST,
          '0',
        ],
      ]
      await inForce(plan, async () => {
        for (const [what, payload, ports, reason, index] of rows) {
          const before = counted(await drops.counters())
          const arrived = await arriving(ports[1], () => outside.sendRaw(whole({ from, to, ports }, payload)))
          t.equal(arrived, reason === null ? 1 : 0, what)
          const key = `${index} ${reason === null ? '' : REASONS[reason]}`
          t.equal((counted(await drops.counters())[key] ?? 0) - (before[key] ?? 0), reason === null ? 0 : 1, `${what}: counted`)
        }
        const total = (await drops.counters()).drops.reduce((sum, { packets }) => sum + packets, 0)
        t.equal(total, rows.filter(([, , , reason]) => reason !== null).length, 'and nothing else')
      })
      const { last } = await drops.apply(plan, 'fail-closed')
      t.equal(
        last.drops.reduce((sum, { packets }) => sum + packets, 0),
        7,
        'a change gives the last counts of the plan before',
      )
      t.same(counted(await drops.counters()), {}, 'and the new plan begins at nothing')
    })

    await t.test(`${name}: what is not plain is left alone`, async (t) => {
      const way: Way = { from, to, ports: [DNS, DNS] }
      const [four, six] = [name === 'IPv4', name === 'IPv6']
      const shorter = (udpLength: number): Uint8Array => {
        const bytes = transport(way, DNS_QUERY)
        bytes[4] = udpLength >> 8
        bytes[5] = udpLength & 255
        bytes[6] = 0
        bytes[7] = 0
        return ip({ source: address(from), destination: address(to), protocol: 17 }, bytes)
      }
      const rows: [string, Uint8Array[], number | null][] = [
        ...(four
          ? ([['IPv4 options', [whole(way, DNS_QUERY, { options: Uint8Array.from([1, 1, 1, 1]) })], 1]] as [string, Uint8Array[], number][])
          : []),
        ...(four
          ? ([['a UDP length below the IP length', [shorter(8 + DNS_QUERY.length - 1)], 1]] as [string, Uint8Array[], number][])
          : []),
        ...(six
          ? ([['an extension header', [whole(way, DNS_QUERY, { extensions: [destinationOptions(8)] })], 1]] as [
              string,
              Uint8Array[],
              number,
            ][])
          : []),
        ['fragments', cutAt(way, concat(DNS_QUERY, new Array<number>(40).fill(0)), 77, 24), 1],
      ]
      await inForce(plan, async () => {
        for (const [what, packets, arrive] of rows) {
          t.equal(await arriving(DNS, () => outside.sendRaw(...packets)), arrive, what)
        }
        t.same(counted(await drops.counters()), {})
      })
    })
  }

  await t.test('opening segments alone, whatever their options', async (t) => {
    await inForce(plan, async () => {
      t.equal(await outside.connect(OUTSIDE, CUSTOMER, MAIL), 'silence')
      const { '1 port': tries = 0 } = counted(await drops.counters())
      t.ok(tries >= 1)
      const segment = (words: number, claimed: number): Uint8Array => {
        const bytes = opening({ from: OUTSIDE, to: CUSTOMER, ports: [4000 + words, MAIL] }, words)
        bytes[12] = claimed << 4
        return ip({ source: address(OUTSIDE), destination: address(CUSTOMER), protocol: 6 }, bytes)
      }
      for (const words of [5, 6, 15]) outside.sendRaw(segment(words, words))
      outside.sendRaw(segment(5, 6), segment(5, 4))
      t.ok(
        await eventually(async () => counted(await drops.counters())['1 port'] === tries + 3),
        'but not one whose header ends beyond the packet',
      )
      await drops.apply({ ...plan, blocks: [block(1, 'tcp/26', HEADER_RULES)] }, 'fail-closed')
      t.equal(await outside.connect(OUTSIDE, CUSTOMER, MAIL), 'connected')
    })
  })

  await t.test('direction, protected addresses, exceptions, exemptions, our own mark', async (t) => {
    const query = toHex(DNS_QUERY)
    await inForce(plan, async () => {
      t.equal(await arriving(DNS, () => outside.send(RESOLVER, DNS, CUSTOMER, DNS, query)), 1, 'from the excepted resolver')
      t.equal(await arriving(DNS, () => neighbour.send(NEIGHBOUR, DNS, CUSTOMER, DNS, query)), 1, 'from another customer')
      t.equal(await arriving(DNS, () => outside.send(OUTSIDE, DNS, NEIGHBOUR, DNS, query), neighbour), 1, 'to who is not protected')
      t.equal(
        await arriving(EPHEMERAL, () => customer.send(CUSTOMER, DNS, OUTSIDE, EPHEMERAL, query), outside),
        1,
        'a question of a customer',
      )
      t.equal(
        await arriving(EPHEMERAL, () => customer.send(CUSTOMER, DNS, OUTSIDE, EPHEMERAL, toHex(DNS_REPLY)), outside),
        0,
        'an answer of his',
      )
      t.same(counted(await drops.counters()), { '2 answer': 1 })
      outside.sendRaw(whole({ from: NEIGHBOUR, to: CUSTOMER, ports: [DNS, DNS] }, DNS_QUERY))
      t.ok(await eventually(async () => counted(await drops.counters()).spoofed === 1), "from outside with a customer's address")
      outside.sendRaw(whole({ from: NEIGHBOUR, to: CUSTOMER, ports: [DNS, DNS] }, DNS_REPLY))
      t.same(counted(await drops.counters()), { '0 request': 1, '2 answer': 1, spoofed: 1 }, 'counted where it is dropped alone')
      shell(
        "nft add table inet mine; nft add chain inet mine c '{ type filter hook forward priority -170; }'; nft add rule inet mine c udp dport 53 meta mark set 0x69707862",
      )
      t.equal(await arriving(DNS, () => outside.send(OUTSIDE, DNS, CUSTOMER, DNS, query)), 1, 'what has our mark')
      shell('nft delete table inet mine')
    })
    const exempt = block(0, 'udp/53', DNS_RULES)
    const services = exempt.services.map((each) => ({ ...each, exempt: 'exempt' }))
    await inForce(kernelPlan([{ ...exempt, services }], { sets: [NEAR, CUSTOMERS, setOf('exempt', `${CUSTOMER}/32`)] }), async () => {
      t.equal(await arriving(DNS, () => outside.send(OUTSIDE, DNS, CUSTOMER, DNS, query)), 1, 'an exempt customer')
      t.equal(
        await arriving(DNS, () => outside.sendRaw(whole({ from: OUTSIDE6, to: CUSTOMER6, ports: [DNS, DNS] }, DNS_QUERY))),
        0,
        'in IPv6 he is not',
      )
    })
    const carved = kernelPlan([block(0, 'udp/53', DNS_RULES)], { sets: [setOf('near', '198.51.100.0/24', `${CUSTOMER}/32`), CUSTOMERS] })
    await inForce(
      carved,
      async () => t.equal(await arriving(DNS, () => outside.send(OUTSIDE, DNS, CUSTOMER, DNS, query)), 1, 'a carved-out customer') as never,
    )
  })

  await t.test('without outside interfaces and in the other hook', async (t) => {
    const query = toHex(DNS_QUERY)
    for (const hook of ['forward', 'prerouting'] as const) {
      for (const outsides of [[], ['to-out*']]) {
        await inForce({ ...plan, hook, outside: outsides }, async () => {
          const name = `${hook} ${outsides}`
          t.equal(await arriving(DNS, () => outside.send(OUTSIDE, DNS, CUSTOMER, DNS, query)), 0, name)
          t.equal(await arriving(DNS, () => neighbour.send(NEIGHBOUR, DNS, CUSTOMER, DNS, query)), 1, `${name}: between customers`)
          t.equal(
            await arriving(DNS, () => neighbour.send(NEIGHBOUR, DNS, CUSTOMER, DNS, toHex(DNS_REPLY))),
            1,
            `${name}: an answer between customers`,
          )
          t.equal(
            await arriving(EPHEMERAL, () => customer.send(CUSTOMER, DNS, OUTSIDE, EPHEMERAL, toHex(DNS_REPLY)), outside),
            0,
            `${name}: outbound`,
          )
          t.same(counted(await drops.counters()), { '0 request': 1, '2 answer': 1 }, name)
          t.ok(await drops.isInForce(), name)
        })
      }
    }
  })

  await t.test('first match: an earlier block that leaves a packet alone keeps it from a later one, on whichever side', async (t) => {
    const asks =
      (...blocks: ReturnType<typeof block>[]) =>
      async (ports: [number, number]): Promise<number> => {
        await drops.apply(kernelPlan(blocks), 'fail-closed')
        return arriving(ports[1], () => outside.sendRaw(whole({ from: OUTSIDE, to: CUSTOMER, ports }, DNS_QUERY)))
      }
    const fence = block(0, 'udp/source/999', [rule(null)])
    t.equal(await asks(fence, block(1, 'udp/53', DNS_RULES))([999, DNS]), 1)
    t.equal(await asks(fence, block(1, 'udp/53', DNS_RULES))([998, DNS]), 0)
    t.equal(await asks(block(0, 'udp/53', DNS_RULES), { ...fence, block: 1 })([999, DNS]), 0)
    t.equal(
      await asks(
        block(0, 'udp/source/999', [rule(REQUEST, { tests: [equal(0, 1, 0xff, 1)] })]),
        block(1, 'udp/53', HEADER_RULES),
      )([999, DNS]),
      0,
    )
    t.same(counted(await drops.counters()), { '1 port': 1 }, 'where no rule holds the next block is asked')
    t.equal(await asks(block(0, 'udp/source/999', HEADER_RULES))([999, EPHEMERAL]), 0)
    t.equal(await asks(block(0, 'udp/1-60000', [rule(null, { minimum: 1000 })]), block(1, 'udp/50-60', HEADER_RULES))([999, DNS]), 0)
  })

  await t.test('the switch: renewed it holds, else it lapses; fail-closed knows none', async (t) => {
    const query = toHex(DNS_QUERY)
    const lives = () => arriving(DNS, () => outside.send(OUTSIDE, DNS, CUSTOMER, DNS, query))
    await drops.apply(plan, 'fail-open')
    for (const end = Date.now() + (SWITCH_SECONDS + 2) * 1000; Date.now() < end; ) {
      await drops.renew()
      t.equal(await lives(), 0)
      await new Promise((resolve) => setTimeout(resolve, 500))
    }
    t.ok(await drops.isInForce(), 'a renewal changes nothing that is looked at')
    await new Promise((resolve) => setTimeout(resolve, (SWITCH_SECONDS + 1) * 1000))
    t.equal(await lives(), 1, 'lapsed')
    await drops.renew()
    t.equal(await lives(), 0, 'and held again')
  })

  await t.test('a change under traffic loses no count', async (t) => {
    await drops.apply(plan, 'fail-closed')
    const before = await customer.count(DNS)
    const packets = 3000
    const sending = outside.send(OUTSIDE, DNS, CUSTOMER, DNS, toHex(DNS_QUERY), packets, 1)
    let done = false
    const finished = sending.then(() => {
      done = true
    })
    let sum = 0
    let changes = 0
    const requests = ({ drops: each }: DropCounts) => each.reduce((total, { packets: some }) => total + some, 0)
    while (!done) {
      sum += requests((await drops.apply(changes % 2 === 0 ? { ...plan, blocks: plan.blocks.slice(0, 2) } : plan, 'fail-closed')).last)
      changes++
      if (changes % 3 === 0) await drops.reinstall()
    }
    await finished
    t.ok(changes > 3, `${changes} changes`)
    // A packet that is looked at in the very moment of the change may find neither the old sets nor the new: then it goes the way of steering.
    const accounted = async (): Promise<number> => sum + requests(await drops.counters()) + (await customer.count(DNS)) - before
    t.ok(await eventually(async () => (await accounted()) === packets), `${await accounted()} of ${packets}`)
    t.ok((await customer.count(DNS)) - before < packets / 100, 'nearly all were dropped')
    t.equal(table().match(/^\tcounter /gm)?.length, counterNames().size, 'no old counter is left')
  })

  await t.test('a rule that is refused takes its block out, and nothing else', async (t) => {
    const refusing: Run = async (command, words, input = '') =>
      /udp length 1234/.test(input)
        ? { status: 1, stdout: '', stderr: '-:1:1-2: Error: Could not process rule: Not supported' }
        : run(command, words, input)
    const picky = new KernelDrops(refusing, direct)
    const odd = rule(REQUEST, { minimum: 1226, maximum: 1226 })
    const blocks = [block(0, 'udp/53', [odd, rule(PORT)]), block(1, 'udp/50-60', HEADER_RULES), block(4, 'udp/111', HEADER_RULES)]
    const { refused } = await picky.apply(kernelPlan(blocks), 'fail-closed')
    t.same(refused, [{ block: 0, message: 'nft: -:1:1-2: Error: Could not process rule: Not supported' }])
    t.equal(await arriving(DNS, () => outside.send(OUTSIDE, DNS, CUSTOMER, DNS, toHex(DNS_QUERY))), 1, 'left alone, by later blocks too')
    t.equal(await arriving(111, () => outside.send(OUTSIDE, DNS, CUSTOMER, 111, toHex(DNS_QUERY))), 0)
    const far = block(4, 'udp/111', [rule(REQUEST, { tests: [equal(300, 4, 1, 1)] })])
    t.match((await picky.apply(kernelPlan([far]), 'fail-closed')).refused, [{ block: 4, message: /payload byte 300/ }])
    const strange = await picky.apply(kernelPlan(blocks.slice(1), { outside: ['a" accept #'] }), 'fail-closed')
    t.same(
      strange.refused.map(({ block: index }) => index),
      [1, 4],
    )
    const failing = new KernelDrops(
      async (command, words, input) => (words[0] === '-f' ? { status: 1, stdout: '', stderr: 'Error: no' } : run(command, words, input)),
      direct,
    )
    await t.rejects(failing.apply(plan, 'fail-open'), { code: 'STEERING_FAILED' })
  })

  await t.test('a kernel that takes nothing of it refuses every block; where something is in force, that is an error', async (t) => {
    let isPowerless = true
    const powerless: Run = async (command, words, input) =>
      isPowerless && words.includes('-f') ? { status: 1, stdout: '', stderr: 'Error: Operation not permitted' } : run(command, words, input)
    const weak = new KernelDrops(powerless, direct)
    const { refused } = await weak.apply(plan, 'fail-open')
    t.match(refused, [{ message: /not permitted/ }])
    t.equal(refused.length, plan.blocks.length)
    isPowerless = false
    t.same((await weak.apply(plan, 'fail-open')).refused, [])
    isPowerless = true
    await t.rejects(weak.apply(plan, 'fail-open'), { code: 'STEERING_FAILED', message: /not permitted/ })
    t.ok(await weak.isInForce(), 'the one before')
  })

  await t.test('it is noticed when somebody takes it away, and put back; counts go on', async (t) => {
    await drops.apply(plan, 'fail-open')
    await arriving(DNS, () => outside.send(OUTSIDE, DNS, CUSTOMER, DNS, toHex(DNS_QUERY), 5))
    t.same(counted(await drops.counters()), { '0 request': 5 })
    t.ok(await drops.isInForce())
    shell('nft flush ruleset')
    t.notOk(await drops.isInForce())
    await t.rejects(drops.renew(), { code: 'STEERING_FAILED' })
    t.same(counted(await drops.counters()), { '0 request': 5 })
    await drops.reinstall()
    t.ok(await drops.isInForce())
    await arriving(DNS, () => outside.send(OUTSIDE, DNS, CUSTOMER, DNS, toHex(DNS_QUERY), 2))
    t.same(counted(await drops.counters()), { '0 request': 7 })
    shell('nft reset counters table inet ipxxb-drops')
    await arriving(DNS, () => outside.send(OUTSIDE, DNS, CUSTOMER, DNS, toHex(DNS_QUERY)))
    t.same(counted(await drops.counters()), { '0 request': 8 }, 'set to zero by somebody else')
    shell('nft add rule inet ipxxb-drops forward counter accept')
    t.notOk(await drops.isInForce(), 'a rule that is not ours')
    await drops.reinstall()
    t.ok(await drops.isInForce())
  })

  await t.test('where a socket does not take it all at once the sets go in parts', async (t) => {
    const query = toHex(DNS_QUERY)
    const large = { ...NEAR, prefixes: { ...NEAR.prefixes, ipv4: Uint32Array.from([...hosts(20_000), ...NEAR.prefixes.ipv4]) } }
    await drops.remove()
    for (const blocks of [plan.blocks, plan.blocks.slice(0, 2), plan.blocks]) {
      await drops.apply({ ...plan, sets: [large, ...plan.sets.slice(1)], blocks }, 'fail-closed')
      t.equal(await arriving(DNS, () => outside.send(OUTSIDE, DNS, CUSTOMER, DNS, query)), 0)
      t.ok(await drops.isInForce())
      await drops.reinstall()
      t.ok(await drops.isInForce(), 'put back')
    }
    await drops.apply(plan, 'fail-open')
    t.equal(shell('nft -t list ruleset').match(/^\tset ipxxb-/gm)?.length, 5, 'and is gone again')
  })

  await t.test('another run finds and replaces what a killed one left', async (t) => {
    const next = new KernelDrops(run, direct)
    const { last } = await next.apply(plan, 'fail-open')
    t.same(last.drops, [])
    t.equal(table().match(/^\tcounter /gm)?.length, counterNames().size)
    t.equal(shell('nft -t list ruleset').match(/^\tset ipxxb-/gm)?.length, 5)
    await next.empty()
    t.equal(await arriving(DNS, () => outside.send(OUTSIDE, DNS, CUSTOMER, DNS, toHex(DNS_QUERY))), 1)
    await next.remove()
    await next.remove()
    t.equal(table(), '')
  })

  await t.test('while a queue holds a packet the base chain stays', async (t) => {
    let isPacketQueued = true
    const held = new KernelDrops(run, direct, () => isPacketQueued)
    await held.apply(plan, 'fail-open')
    const handle = () => shell('nft -a list chain inet ipxxb-drops forward').match(/chain forward \{ # handle \d+/)?.[0]
    const first = handle()
    await held.apply({ ...plan, blocks: plan.blocks.slice(0, 1) }, 'fail-open')
    t.equal(handle(), first, 'the same chain')
    await held.apply({ ...plan, hook: 'prerouting' }, 'fail-open')
    t.equal(handle(), first, 'and beside that of another hook')
    await held.remove()
    t.same(table().match(/^\t(chain|set|counter) \S+/gm), ['\tchain forward', '\tchain prerouting'])
    isPacketQueued = false
    await held.apply(plan, 'fail-open')
    t.notMatch(table(), 'chain prerouting')
    await held.remove()
    t.equal(table(), '')
  })

  network.close()
}

/** Prefixes of one address each, no two of them neighbours. */
function hosts(count: number): number[] {
  return Array.from({ length: count }, (_, index) => [0x0a000000 + 2 * index, 32]).flat()
}

/** Distinct counters that the rules refer to. */
function counterNames(): Set<string> {
  return new Set([...table().matchAll(/counter name "(\S+)"/g)].map(([, name]) => name as string))
}
