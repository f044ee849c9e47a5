// SPDX-License-Identifier: GPL-2.0-or-later

import t from 'tap'
import { GOOD, ipxxb, policyFile } from './command.js'

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

t.test('captures are not read yet, and that is said', async (t) => {
  for (const options of [
    ['--capture', 'a.pcap', '--frame', '1'],
    ['--frame', '1'],
  ]) {
    const { status, stderr } = explain(...options)
    t.equal(status, 1)
    t.match(stderr, /UNSUPPORTED: this version reads no captures; give the packet by --packet/)
  }
})
