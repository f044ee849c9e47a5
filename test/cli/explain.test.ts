// SPDX-License-Identifier: GPL-2.0-or-later

import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { arp, ethernet, pcap, query } from '../captures/making.js'
import { GOOD, ipxxb, policyFile, temporaryFolder } from './command.js'

const path = policyFile(GOOD)
const explain = (...options: string[]) => ipxxb('explain', '--policy', path, ...options)

t.test('a query from outside, for people', async (t) => {
  const { status, stdout, stderr } = explain('--from', '203.0.113.9', '--to', '198.51.100.7:53', '--payload', '1234 0100')
  t.equal(status, 0)
  t.equal(stderr, '')
  t.match(stdout, /^packet +UDP 203\.0\.113\.9:40000 > 198\.51\.100\.7:53, IPv4, 32 bytes, payload 4 bytes$/m)
  t.match(stdout, /^destination +198\.51\.100\.7 is in dynamic \(customers\) by 198\.51\.100\.0\/24$/m)
  t.match(stdout, /^ {2}IP53B: decides: request, drop$/m)
  t.match(stdout, /^ {2}IP123B: does not cover it; service: /m)
  t.match(stdout, /^verdict +drop$/m)
})

t.test('the same for machines, with the keys of replay first', async (t) => {
  const { status, stdout } = explain('--to', '[2001:db8:100::7]:123', '--payload', '1b', '--at', '2027-01-15', '--json')
  t.equal(status, 0)
  const explanation = JSON.parse(stdout)
  t.strictSame(Object.keys(explanation).slice(0, 9), [
    'time',
    'direction',
    'verdict',
    'reason',
    'block',
    'mode',
    'would',
    'service',
    'shape',
  ])
  t.match(explanation, {
    time: '2027-01-15T00:00:00.000Z',
    direction: 'inbound',
    verdict: 'accept',
    reason: 'request',
    block: 'IP123B',
    mode: 'observe',
    would: 'drop',
    service: 'udp/123',
    shape: 'request',
    disagreements: [],
    assumed: ['--from 2001:db8:ffff:ffff::1', /./, /./],
  })
})

t.test('wrong input is told in one line, exit 2', async (t) => {
  const wrong = explain('--to', '198.51.100.7:53', '--payload', 'c0ffee1')
  t.equal(wrong.status, 2)
  t.equal(wrong.stdout, '')
  t.match(wrong.stderr, /^ipxxb: USAGE: --payload takes hexadecimal digits.*; remedy: .*\n$/)
  t.notMatch(wrong.stderr, 'c0ffee', 'what was to be a payload is not repeated')
  t.equal(ipxxb('explain', '--to', '198.51.100.7').status, 2, 'no policy')
})

t.test('a bad policy shows its errors, exit 2', async (t) => {
  const { status, stdout, stderr } = ipxxb('explain', '--policy', policyFile(GOOD.replace('dynamic]', 'dynamc]')), '--to', '198.51.100.7')
  t.equal(status, 2)
  t.equal(stdout, '')
  t.match(stderr, /did you mean `dynamic`[\s\S]*POLICY_INVALID/)
})

const folder = temporaryFolder()
const capture = join(folder, 'a.pcap')
writeFileSync(capture, pcap([{ bytes: ethernet(arp(), 0x0806) }, { bytes: ethernet(query('203.0.113.9', '192.0.2.7')), wire: 700 }]))

t.test('a frame of a capture, with its link layer', async (t) => {
  const { status, stdout } = explain('--capture', capture, '--frame', '2', '--assume', 'inbound')
  t.equal(status, 0)
  t.match(
    stdout,
    /^frame +2 of .*a\.pcap, 2027-01-15T08:00:00\.000000Z, 700 bytes, of which the first \d+ were captured, link type 1 \(Ethernet\), /,
  )
  t.match(stdout, /the IP packet behind 14 bytes$/m)
  t.match(stdout, /^packet +UDP .*, IPv4, 686 bytes, of which the first \d+ are looked at/m)
  t.match(stdout, /^assumed +the destination 192\.0\.2\.7 stands for the customer 198\.51\.100\.1$/m)
  t.match(stdout, /^reason +request: /m)
  t.match(stdout, /^placement +kernel: dropped there by itself; .* to the enforce queue$/m, 'its bytes behind the IP length do not count')
  const json = JSON.parse(explain('--capture', capture, '--frame', '1', '--json').stdout)
  t.match(json, { reason: 'not-ip', frame: { frame: 1, offset: null, link: '1 (Ethernet)' }, placement: null })
})

t.test('frames that are not there, and what does not go with them', async (t) => {
  const refused = (status: number, message: RegExp, ...options: string[]) => {
    const ended = explain(...options)
    t.equal(ended.status, status, options.join(' '))
    t.equal(ended.stdout, '')
    t.match(ended.stderr, message)
    t.equal(ended.stderr.split('\n').length, 2, 'one line')
  }
  refused(2, /CAPTURE_FRAME: .*a\.pcap has 2 frames, and so no frame 3; remedy/, '--capture', capture, '--frame', '3')
  refused(2, /USAGE: --frame takes the number of a frame/, '--capture', capture, '--frame', '0')
  refused(2, /USAGE: --capture and --frame go together/, '--frame', '1')
  refused(2, /USAGE: --capture and --frame go together/, '--capture', capture)
  refused(
    2,
    /USAGE: --capture with --frame is the whole packet: leave out --packet, --to/,
    ...['--capture', capture, '--frame', '1'],
    ...['--packet', '45', '--to', '198.51.100.7'],
  )
  refused(2, /CAPTURE_UNREADABLE: .*nowhere: ENOENT/, '--capture', join(folder, 'nowhere'), '--frame', '1')
  const cut = join(folder, 'cut.pcap')
  writeFileSync(cut, readFileSync(capture).subarray(0, -1))
  refused(1, /CAPTURE_DAMAGED: .*cut\.pcap: frame 2, byte \d+: it ends in the middle/, '--capture', cut, '--frame', '2')
})

t.test('a block that the kernel decides', async (t) => {
  const ask = (payload: string) => explain('--from', '203.0.113.9', '--to', '198.51.100.7:53', '--payload', payload)
  t.match(ask('123401000001000000000000').stdout, /^placement +kernel: dropped there by itself; .* goes to the enforce queue$/m)
  t.match(ask('').stdout, /^placement +kernel: dropped there/m, 'short')
  const reply = explain('--from', '203.0.113.9:53', '--to', '198.51.100.7:53', '--payload', '123481800001000100000000')
  t.match(reply.stdout, /^placement +userspace: /m, 'what lives is judged by the engine')
})
