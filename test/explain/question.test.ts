// SPDX-License-Identifier: GPL-2.0-or-later

import t from 'tap'
import { OperationalError } from '../../src/errors.js'
import { explain } from '../../src/explain/explain.js'
import { readQuestion } from '../../src/explain/question.js'
import { addressText } from '../oracle/addresses.js'
import { type Content, read } from '../oracle/readable.js'
import { block, KINDS, network, policy as policyOf } from '../property/policies.js'
import { policy, spokenIn } from './questions.js'

const REFUSED: readonly (readonly [line: string, message: RegExp])[] = [
  ['', /say --from or --to/],
  ['--to 203.0.113.9', /203\.0\.113\.9 is no customer's address .* --from too/],
  ['--from 203.0.113.9:53', /say --to too/],
  ['--from 198.51.100.7 --to 2001:db8::1', /different families/],
  ['--to 198.51.100.7:53 --payload 123', /--payload takes hexadecimal digits/],
  ['--to 198.51.100.7:53 --payload 12zz', /--payload takes hexadecimal digits/],
  [`--to 198.51.100.7:53 --payload ${'00'.repeat(65508)}`, /65508 bytes, more than the 65507 that fit/],
  ['--packet 4', /--packet takes hexadecimal digits/],
  ['--packet :', /--packet: no bytes/],
  ['--packet 45 --to 198.51.100.7 --payload 00', /leave out --to, --payload/],
  ['--to 198.51.100.7:53 --protocol icmp', /--protocol takes udp or tcp, not `icmp`/],
  ['--to 198.51.100.7:53 --protocol udp --tcp-flags syn', /--tcp-flags: the packet is UDP/],
  ['--to 198.51.100.7:7547 --protocol tcp --payload 00', /--payload: the packet is TCP/],
  ['--to 198.51.100.7:7547 --tcp-flags sin', /--tcp-flags takes names .* not `sin`/],
  ['--to 198.51.100.7:53 --assume both', /--assume takes inbound or outbound/],
  ['--to 198.51.100.7:53 --assume inbound --out eth0', /--assume stands in place of --in and --out/],
  ['--to 198.51.100.7:53 --at yesterday', /--at takes a date/],
]

t.test('what contradicts itself, says too little or plays no part is refused', (t) => {
  for (const [line, message] of REFUSED) {
    t.throws(() => readQuestion(policy, spokenIn(line), 0), { code: 'USAGE', message }, line.slice(0, 80))
  }
  t.throws(() => readQuestion(policyOf({ networks: policy.networks }), { to: '198.51.100.7' }, 0), {
    code: 'USAGE',
    message: /--to ADDRESS:PORT/,
  })
  const byPrefixes = policyOf({ networks: policy.networks, blocks: policy.blocks })
  t.throws(() => readQuestion(byPrefixes, { to: '198.51.100.7', in: 'eth0' }, 0), { message: /no outside interfaces.*--assume/ })
  t.equal(new OperationalError('USAGE', '').exit, 2)
  t.end()
})

/** `198.51.100.7:25 > ...`, as the oracle reads the packet; and what was assumed. */
function packetOf(line: string, of = policy): readonly [string, ...string[]] {
  const { asked, assumed } = readQuestion(of, spokenIn(line), 0)
  const { bytes, inInterface = 0, outInterface = 0 } = asked.packet
  const content = read({ copied: bytes, length: bytes.length, inInterface, outInterface }) as Content
  const end = (side: 'source' | 'destination') => `${addressText(content[side])} ${content.ports?.[side]}`
  const rest = content.payload === null ? `tcp ${content.tcpFlags}` : `udp ${Buffer.from(content.payload.copied).toString('hex')}`
  return [`${end('source')} > ${end('destination')} ${rest}`, ...assumed.filter((text) => !text.startsWith('direction'))]
}

t.test('what was said is in the packet, and what was not is filled in and told', (t) => {
  t.strictSame(packetOf('--from 203.0.113.9:5 --to 198.51.100.7:53 --payload 0102'), ['203.0.113.9 5 > 198.51.100.7 53 udp 0102'])
  t.strictSame(packetOf('--from 203.0.113.9:5 --to 198.51.100.7:53 --protocol tcp --tcp-flags rst,ack'), [
    '203.0.113.9 5 > 198.51.100.7 53 tcp 20',
  ])
  t.strictSame(packetOf('--to 198.51.100.7'), [
    '203.0.113.1 40000 > 198.51.100.7 123 udp ',
    '--from 203.0.113.1',
    '--protocol udp',
    'source port 40000',
    'destination port 123',
    'an empty payload',
  ])
  t.strictSame(packetOf('--from 198.51.100.7'), [
    '198.51.100.7 40000 > 203.0.113.1 25 tcp 2',
    '--to 203.0.113.1',
    '--protocol tcp',
    'source port 40000',
    'destination port 25',
    '--tcp-flags syn',
  ])
  t.match(packetOf('--to [2001:db8:100::7]:53 --payload 01')[0], '2001:db8:ffff:ffff::1 40000 > 2001:db8:100::7 53 udp 01')
  t.match(packetOf('--to 198.51.100.7:7547')[0], '> 198.51.100.7 7547 tcp 2', 'the protocol of the block that asks for the port')
  t.match(packetOf('--to 198.51.100.7:9')[0], '> 198.51.100.7 9 udp', 'a port of no block')
  t.match(packetOf('--assume inbound')[0], '203.0.113.1 40000 > 198.51.100.1 123 udp')
  t.match(
    packetOf('--assume outbound --to 192.0.2.9:25')[0],
    '198.51.100.1 40000 > 192.0.2.9 25 tcp',
    'the end that is left out is the customer',
  )
  t.end()
})

t.test('a service on the source side suggests the source port', (t) => {
  const answers = block(null, { direction: 'outbound', services: [{ protocol: 'udp', first: 53, last: 53, side: 'source' }] })
  const of = policyOf({ networks: policy.networks, blocks: [answers] })
  t.match(packetOf('--from 198.51.100.7', of)[0], '198.51.100.7 53 > 203.0.113.1 40000 udp')
  t.match(packetOf('--from 198.51.100.7:53', of)[0], '198.51.100.7 53 > 203.0.113.1 40000 udp')
  t.end()
})

t.test('a stranger is nobody of the policy, where one is left', (t) => {
  const with4 = (foreign: string, customers: string) =>
    policyOf({ networks: [network('c', customers, { customers: true }), network('f', foreign)], blocks: [block(KINDS.dns)] })
  t.match(packetOf('--to 198.51.100.7', with4('203.0.113.0/24', '198.51.100.0/24'))[0], '192.0.2.1 40000 >')
  t.match(packetOf('--to 198.51.100.7', with4('0.0.0.0/0', '198.51.100.0/24'))[0], '203.0.113.1 40000 >', 'at least no customer')
  t.throws(() => packetOf('--to 198.51.100.7', with4('', '0.0.0.0/0')), { message: /every IPv4 address is a customer's/ })
  t.throws(() => packetOf('--assume inbound', with4('192.0.2.0/24', '')), { message: /no inbound block protects an IPv6 customer/ })
  t.end()
})

t.test('--assume judges any packet, and leaves a customer where one is', (t) => {
  const foreign = '4500001c0000000040110000c0000201cb0071090035003500080000'
  const said = (line: string) => {
    const { asked, assumed } = readQuestion(policy, spokenIn(line), 0)
    const { direction, destination, source, directionBy } = explain(asked)
    return { direction, source: source?.address, destination: destination?.address, by: directionBy?.by, assumed }
  }
  t.match(said(`--packet ${foreign}`), { direction: 'transit', by: 'prefixes' })
  t.strictSame(said(`--packet ${foreign} --assume inbound`), {
    direction: 'inbound',
    source: '192.0.2.1',
    destination: '198.51.100.1',
    by: 'assumption',
    assumed: ['the destination 203.0.113.9 stands for the customer 198.51.100.1'],
  })
  t.match(said(`--packet ${foreign} --assume outbound`), { direction: 'outbound', source: '198.51.100.1', destination: '203.0.113.9' })
  t.match(said('--from 203.0.113.9 --to 198.51.100.200:53 --assume inbound'), { destination: '198.51.100.200', assumed: [/./, /./, /./] })
  t.match(said('--from 198.51.100.9 --to 198.51.100.7:53 --assume outbound'), { direction: 'outbound', source: '198.51.100.9' })
  t.match(said('--packet 45 --assume inbound'), { direction: 'none', source: undefined, assumed: [] })
  t.match(said('--packet ff --assume inbound'), { direction: 'none', source: undefined, assumed: [] })
  t.end()
})

t.test('where a packet arrives and leaves', (t) => {
  const told = (line: string) => {
    const { asked, assumed } = readQuestion(policy, spokenIn(`--to 198.51.100.7:53 --from 198.51.100.8 ${line}`), 0)
    const { direction, directionBy, spoofed } = explain(asked)
    return [direction, directionBy?.by, directionBy?.rule, spoofed, assumed.filter((text) => text.startsWith('--in')).join()]
  }
  t.strictSame(told(''), ['internal', 'prefixes', null, false, ''])
  t.strictSame(told('--in eth0'), ['inbound', 'interfaces', 1, true, ''])
  t.strictSame(told('--in ppp17'), ['inbound', 'interfaces', 1, true, ''], 'a pattern')
  t.strictSame(told('--in outside'), ['inbound', 'interfaces', 1, true, ''])
  t.strictSame(told('--in eth01'), ['internal', 'interfaces', 3, false, ''], 'another interface')
  t.strictSame(told('--out eth0'), ['outbound', 'interfaces', 2, false, '--in inside'])
  t.strictSame(told('--out inside'), ['inbound', 'interfaces', 1, true, '--in outside'])
  t.end()
})
