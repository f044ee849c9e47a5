// SPDX-License-Identifier: GPL-2.0-or-later
// Answers to rejected packets between kernels: the customer's own system judges whether what we write is a refusal. The queue, the engine and
// the sockets are the real ones; only the worker's loop is the test's.

import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import t from 'tap'
import { createCounters, LOOSE_REJECTS_SENT, LOOSE_REJECTS_UNSENT, looseAt } from '../../src/contract/counters.js'
import { openImage } from '../../src/contract/image.js'
import { OWN_MARK, REJECT_BURST, REJECT_RATE } from '../../src/contract/numbers.js'
import { compile } from '../../src/control/compile/compile.js'
import { answerRejected, createDesk } from '../../src/datapath/answer.js'
import { createEngine, decide } from '../../src/datapath/decide.js'
import { openRawSocket } from '../../src/datapath/packet/rawsocket.js'
import { CUSTOMER, CUSTOMER6, createNetwork, enterNamespaces, eventually, OUTSIDE, OUTSIDE6 } from '../network/network.js'
import { program } from '../network/programs.js'
import { address, addressBytes } from '../oracle/addresses.js'
import { answerTo, checksum } from '../oracle/answer.js'
import { concat, ip, onTheWire, tcp, udp } from '../property/packets.js'
import { block, network as customers, policy, service } from '../property/policies.js'
import { addon, bind, QUEUE, refusal, shell } from './bound.js'

const inside = enterNamespaces(import.meta.url)
const skip = inside === true ? false : inside

const LINE = '198.51.100.129'
const LINE6 = '2001:db8:100:129::2'
const rejecting = policy({
  networks: [customers('dynamic', '198.51.100.0/24 2001:db8:100::/48', { customers: true })],
  blocks: [block(null, { direction: 'outbound', services: ['tcp/25', 'udp/53'].map(service), action: 'reject' })],
})

/** The worker's loop, until `until` is done; `count` is how many packets came to the queue. */
function openRouter() {
  const image = openImage(compile(rejecting, { digest: new Uint32Array(8), generation: 1 }).image)
  const source = bind()
  const socket = openRawSocket(addon)
  const desk = createDesk()
  const counters = createCounters(image.blockCount)
  const engine = createEngine(source.batch, image, counters)
  const loose = counters.subarray(looseAt(image.blockCount))
  let queued = 0
  function serve(waitMilliseconds: number): number {
    const count = source.exchange(waitMilliseconds)
    queued += count
    decide(engine, count, Date.now() / 1000)
    answerRejected(engine, count, desk, socket)
    return count
  }
  return {
    counted: () => ({ queued, sent: loose[LOOSE_REJECTS_SENT], unsent: loose[LOOSE_REJECTS_UNSENT] }),
    async during<T>(until: Promise<T>): Promise<T> {
      let busy = true
      const stop = () => {
        busy = false
      }
      until.then(stop, stop)
      while (serve(20) > 0 || busy) await new Promise((resolve) => setImmediate(resolve))
      return await until
    },
    close() {
      source.close()
      socket.close()
    },
  }
}

const ask = (from: string, to: string, port: number, patience = 1000): Promise<{ outcome: string; milliseconds: number }> =>
  new Promise((resolve, reject) => {
    const words = [from, to, `${port}`, `${patience}`]
    const asker = spawn('ip', [
      'netns',
      'exec',
      'customer',
      process.execPath,
      fileURLToPath(new URL('./asker.js', import.meta.url)),
      ...words,
    ])
    let text = ''
    asker.stdout.on('data', (part) => {
      text += part
    })
    asker.once('error', reject).once('close', () => resolve(JSON.parse(text)))
  })

t.test('answers between kernels', { skip }, async (t) => {
  const network = createNetwork()
  // Before anything can fail: the hosts are processes, which a test that failed would wait for.
  t.teardown(() => network.close())
  const { outside, customer } = network
  await outside.serve(OUTSIDE, 25)
  await outside.serve(OUTSIDE, 587)
  // A rule without an interface: an answer of ours that was forwarded would come back to the queue.
  shell(`for tables in iptables ip6tables; do
    $tables -A FORWARD -p tcp --tcp-flags SYN,ACK SYN --dport 25 -j NFQUEUE --queue-num ${QUEUE}
    $tables -A FORWARD -p udp --dport 53 -j NFQUEUE --queue-num ${QUEUE}
    $tables -A OUTPUT -m mark --mark ${OWN_MARK}
    $tables -A OUTPUT -p tcp --tcp-flags RST RST -m mark ! --mark ${OWN_MARK}
  done`)
  const passed = (tables: string, rule: number): number => Number(shell(`${tables} -vnxL OUTPUT ${rule}`).trim().split(/\s+/)[0])
  const router = openRouter()

  t.test('a client that calls a blocked port is refused at once, one that calls another is not', async (t) => {
    const began = performance.now()
    t.equal(await router.during(customer.connect(CUSTOMER, OUTSIDE, 25, 3000)), 'ECONNREFUSED')
    t.equal(await router.during(customer.connect(CUSTOMER6, OUTSIDE6, 25, 3000)), 'ECONNREFUSED')
    t.ok(performance.now() - began < 1500, `${performance.now() - began} ms`)
    t.equal(await router.during(customer.connect(CUSTOMER, OUTSIDE, 587)), 'connected')
    t.strictSame(router.counted(), { queued: 2, sent: 2, unsent: 0 })
  })

  t.test('a datagram is answered by ICMP, which its socket is told of', async (t) => {
    const [four, six] = [await router.during(ask(CUSTOMER, OUTSIDE, 53)), await router.during(ask(CUSTOMER6, OUTSIDE6, 53))]
    t.equal(four.outcome, 'EHOSTUNREACH', `type 3 code 13, after ${four.milliseconds} ms`)
    t.equal(six.outcome, 'EACCES', `type 1 code 1, after ${six.milliseconds} ms`)
    t.strictSame(router.counted(), { queued: 4, sent: 4, unsent: 0 })
  })

  t.test('all of it carries our mark, and nothing of it came to the queue', async (t) => {
    t.strictSame(
      ['iptables', 'ip6tables'].map((tables) => [passed(tables, 1), passed(tables, 2)]),
      [
        [2, 0],
        [2, 0],
      ],
    )
  })

  t.test('the answer leaves by the interface that the packet came by, whatever the routes say', async (t) => {
    shell(`ip route add ${CUSTOMER}/32 dev to-neighbour; ip -6 route add ${CUSTOMER6}/128 dev to-neighbour`)
    t.equal(await router.during(customer.connect(CUSTOMER, OUTSIDE, 25, 3000)), 'ECONNREFUSED')
    t.equal(await router.during(customer.connect(CUSTOMER6, OUTSIDE6, 25, 3000)), 'ECONNREFUSED')
    t.equal((await router.during(ask(CUSTOMER, OUTSIDE, 53))).outcome, 'EHOSTUNREACH')
    t.equal((await router.during(ask(CUSTOMER6, OUTSIDE6, 53))).outcome, 'EACCES')
    shell(`ip route del ${CUSTOMER}/32; ip -6 route del ${CUSTOMER6}/128`)
  })

  t.test('what the kernel does not send is counted', async (t) => {
    const before = router.counted()
    shell(`iptables -I OUTPUT 1 -m mark --mark ${OWN_MARK} -j DROP`)
    t.equal(await router.during(customer.connect(CUSTOMER, OUTSIDE, 25, 300)), 'silence')
    shell('iptables -D OUTPUT 1')
    const after = router.counted()
    t.equal(after.sent, before.sent)
    t.equal((after.unsent as number) - (before.unsent as number), after.queued - before.queued)
  })

  t.test('a flood is answered up to the burst', async (t) => {
    const before = router.counted()
    const began = Date.now()
    await router.during(customer.send(CUSTOMER, 4000, OUTSIDE, 53, 'ab'.repeat(20), 4 * REJECT_BURST))
    const queued = () => router.counted().queued - before.queued
    t.ok(await router.during(eventually(() => queued() >= 3 * REJECT_BURST)), 'most of it came')
    const answered = (router.counted().sent as number) - (before.sent as number)
    const most = REJECT_BURST + (REJECT_RATE * (Date.now() - began)) / 1000
    t.ok(answered > 0 && answered <= most, `${answered} answers to ${queued()} packets`)
  })

  t.test('a line without Ethernet: the answer byte by byte', async (t) => {
    const tun = spawn(program('tun'), ['ppp0'], { stdio: ['pipe', 'pipe', 'inherit'] })
    const lines = createInterface({ input: tun.stdout })[Symbol.asyncIterator]()
    const first = (await lines.next()).value as string | undefined
    if (first === undefined) return t.pass('line', { skip: 'no tun devices for this user' })
    shell(`ip addr add 192.0.2.129 peer ${LINE}/32 dev ppp0
    ip addr add 2001:db8:200:129::1/128 dev ppp0 nodad
    ip link set ppp0 up
    ip route add ${LINE6}/128 dev ppp0`)
    /** What comes back to the line for `bytes`; neighbour and router discovery aside. */
    const answer = async (bytes: Uint8Array, isIt: (packet: Buffer) => boolean): Promise<Uint8Array> => {
      tun.stdin.write(`${Buffer.from(bytes).toString('hex')}\n`)
      for (;;) {
        const packet = Buffer.from((await lines.next()).value as string, 'hex')
        if (isIt(packet)) return Uint8Array.from(packet)
      }
    }
    const of4 = (protocol: number) => (packet: Buffer) => packet[0] === 0x45 && packet[9] === protocol
    const of6 = (protocol: number, type: number) => (packet: Buffer) =>
      packet[0] === 0x60 && packet[6] === protocol && (protocol !== 58 || packet[40] === type)
    const from4 = { source: address(LINE), destination: address(OUTSIDE) }
    const from6 = { source: address(LINE6), destination: address(OUTSIDE6) }
    /** As the router forwarded it: a hop less. */
    const forwarded = (bytes: Uint8Array) => {
      const passed = bytes.slice()
      passed[passed[0] === 0x60 ? 7 : 8]! -= 1
      return passed
    }

    const knock4 = ip({ ...from4, protocol: 6 }, tcp(40000, 25, 2, 10))
    const knock6 = ip({ ...from6, protocol: 6 }, tcp(40000, 25, 3))
    const reset4 = await router.during(answer(sealed(knock4), of4(6)))
    // The kernel may give the header an identification of its own.
    t.same(withoutHeaderSum(reset4), withoutHeaderSum(answerTo(onTheWire(knock4))))
    t.equal(checksum(reset4.slice(0, 20)), 0)
    t.same(await router.during(answer(knock6, of6(6, 0))), answerTo(onTheWire(knock6)))

    const query4 = sealed(ip({ ...from4, protocol: 17 }, udp(40000, 53, new Uint8Array(300).fill(0xab))))
    const query6 = ip({ ...from6, protocol: 17 }, udp(40000, 53, new Uint8Array(300).fill(0xab)))
    const icmp4 = await router.during(answer(query4, of4(1)))
    const quoted4 = sealed(forwarded(query4))
    const expected4 = answerTo(onTheWire(quoted4, 128))
    expected4.set([192, 0, 2, 129], 12)
    t.same(withoutHeaderSum(icmp4), withoutHeaderSum(expected4), 'from the address of the line')
    t.equal(checksum(icmp4.slice(0, 20)), 0)
    t.equal(icmp4.length, 28 + 128)

    const icmp6 = await router.during(answer(query6, of6(58, 1)))
    const expected6 = answerTo(onTheWire(forwarded(query6), 128))
    const source6 = icmp6.slice(8, 24)
    t.equal(Buffer.from(source6).toString('hex'), '20010db8020001290000000000000001', 'from the address of the line')
    t.same(icmp6.slice(24, 42), expected6.slice(24, 42))
    t.same(icmp6.slice(44), expected6.slice(44))
    t.equal(icmp6[7], 64)
    const pseudo = concat(icmp6.slice(8, 40), [0, 0, 0, icmp6.length - 40, 0, 0, 0, 58])
    t.equal(checksum(concat(pseudo, icmp6.slice(40))), 0, 'with the checksum that the kernel computed')
    tun.stdin.end()
  })

  t.test('who forges sources that nobody has does not fill the table of neighbours', async (t) => {
    const socket = openRawSocket(addon)
    const { index } = addon.listInterfaces().find(({ name }) => name === 'to-customer')!
    const sent = Array.from({ length: 1000 }, (_, host) => {
      const destination = address(`198.18.${host >> 8}.${host & 255}`)
      const packet = ip({ source: address(OUTSIDE), destination, protocol: 6 }, tcp(25, 4321, 0x14))
      return socket.send(packet, packet.length, index)
    }).filter((result) => result === 0).length
    socket.close()
    t.ok(sent > 50 && sent < 200, `${sent} of 1000 sent`)
    const waiting = Number(shell('ip neigh show dev to-customer | grep -c ^198.18. || true'))
    t.ok(waiting > 0 && waiting <= sent, `${waiting} neighbours are waited for`)
  })

  t.test('nothing is ever received, not even of the protocols of the sockets', async (t) => {
    outside.sendRaw(
      ip({ source: address(OUTSIDE), destination: address('203.0.113.1'), protocol: 255 }, new Uint8Array(40)),
      ip({ source: address(OUTSIDE6), destination: address('2001:db8:ff::1'), protocol: 255 }, new Uint8Array(40)),
      ip({ source: address(OUTSIDE6), destination: address('2001:db8:ff::1'), protocol: 58 }, echoRequest()),
    )
    // Local address and protocol, remote address, state, bytes waiting to be sent and to be read: one line a socket.
    const waiting = () => [...shell('cat /proc/net/raw /proc/net/raw6').matchAll(/:(\w{4}) \w+:\w+ \w\w \w+:(\w+)/g)]
    const sockets = waiting().map(([, protocol, bytes]) => `${Number.parseInt(protocol!, 16)}: ${Number.parseInt(bytes!, 16)}`)
    t.strictSame(sockets.sort(), ['255: 0', '255: 0', '58: 0'])
  })

  t.test('the end', async () => router.close())
})

t.test('without the privilege: a code', { skip }, (t) => {
  const load = (path: string) => `import('${new URL(path, import.meta.url)}')`
  const script = `Promise.all([${load('./bound.js')}, ${load('../../src/datapath/packet/rawsocket.js')}])
    .then(([{ addon }, { openRawSocket }]) => openRawSocket(addon))
    .catch((error) => console.log(error.code))`
  t.equal(
    shell(`setpriv --bounding-set=-all --inh-caps=-all ${process.execPath} --input-type=module -e "${script}"`).trim(),
    'NO_PRIVILEGE',
  )
  t.equal(
    refusal(() => openRawSocket(addon).close()),
    'none',
  )
  t.end()
})

/** With the checksum of its IPv4 header, which a kernel wants right in what it forwards. */
function sealed(packet: Uint8Array): Uint8Array {
  const bytes = packet.slice()
  bytes.set([0, 0], 10)
  const sum = checksum(bytes.slice(0, 20))
  bytes.set([sum >> 8, sum & 255], 10)
  return bytes
}

/** Identification and checksum of the IPv4 header set to 0: the kernel's business. */
function withoutHeaderSum(packet: Uint8Array): Uint8Array {
  const bytes = packet.slice()
  bytes.set([0, 0], 4)
  bytes.set([0, 0], 10)
  return bytes
}

/** An ICMPv6 echo request between the two, which a kernel hands to every ICMPv6 socket before it answers it. */
function echoRequest(): Uint8Array {
  const bytes = concat([128, 0, 0, 0, 0, 1, 0, 1], new Uint8Array(32))
  const [from, to] = [address(OUTSIDE6), address('2001:db8:ff::1')].map(addressBytes)
  const sum = checksum(concat(from!, to!, [0, 0, 0, bytes.length, 0, 0, 0, 58], bytes))
  bytes.set([sum >> 8, sum & 255], 2)
  return bytes
}
