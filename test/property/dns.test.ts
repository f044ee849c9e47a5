// SPDX-License-Identifier: GPL-2.0-or-later
// IP53B by shape against an independent reading of DNS: whatever dns-packet writes as a query dies, whatever it writes as an answer lives,
// and whatever it can read back from changed bytes is judged by what it reads.

import { decode, encode, type Message } from 'dns-packet'
import fc from 'fast-check'
import t from 'tap'
import { REASONS } from '../../src/contract/reasons.js'
import { reasonOf } from '../../src/contract/verdicts.js'
import { address } from '../oracle/addresses.js'
import { CUSTOMER, NETWORKS, NOW } from '../oracle/scene.js'
import { openRun, runPackets } from './engine-run.js'
import { hold } from './hold.js'
import { ip, onTheWire, udp } from './packets.js'
import { block, KINDS, policy } from './policies.js'

const run = openRun(policy({ networks: NETWORKS, blocks: [block(KINDS.dns)] }), [], NOW)

function judge(payload: Uint8Array, sourcePort: number): string {
  const bytes = ip({ source: address('203.0.113.9'), destination: address(CUSTOMER), protocol: 17 }, udp(sourcePort, 53, payload))
  const [said] = runPackets(run, [onTheWire(bytes, Math.min(bytes.length, 128))], NOW)
  return REASONS[reasonOf(said!.decision)]!
}

const name = fc.array(fc.stringMatching(/^[a-z0-9-]{1,12}$/), { minLength: 1, maxLength: 3 }).map((labels) => labels.join('.'))
const type = fc.constantFrom('A', 'AAAA', 'TXT', 'ANY', 'NS', 'MX')
const question = fc.record({ name, type })
const edns = { type: 'OPT', name: '.', udpPayloadSize: 4096, flags: 0, options: [] }
const id = fc.nat(0xffff)
const flags = fc.constantFrom(0, 0x0100, 0x0400, 0x0020, 0x0010, 0x0200, 0x0180)

const query: fc.Arbitrary<Message> = fc
  .record({ id, flags, questions: fc.array(question, { maxLength: 3 }), edns: fc.boolean() })
  .map(({ edns: extended, ...rest }) => ({ type: 'query' as const, ...rest, additionals: extended ? [edns] : [] }))

const answer: fc.Arbitrary<Message> = fc
  .record({
    id,
    flags,
    question,
    withQuestion: fc.boolean(),
    texts: fc.array(fc.string({ maxLength: 60 }), { maxLength: 4 }),
    rcode: fc.nat(5),
  })
  .map(({ question: asked, withQuestion, texts, rcode, id, flags }) => ({
    type: 'response' as const,
    id,
    flags: flags | rcode,
    questions: withQuestion ? [asked] : [],
    answers: texts.map((data) => ({ name: asked.name, type: 'TXT', ttl: 60, data: [data] })),
  }))

const source = fc.constantFrom(53, 53, 4321, 0, 65535)

t.setTimeout(300_000)

t.test('what dns-packet writes', async (t) => {
  const queries = fc.property(query, source, (message, port) => {
    const reason = judge(encode(message), port)
    if (reason !== 'request') throw new Error(`${reason}: ${JSON.stringify(message)}`)
  })
  hold(t, 'queries die from any port', queries, 2000)
  const answers = fc.property(answer, source, (message, port) => {
    const reason = judge(encode(message), port)
    const expected = port === 53 ? 'reply' : 'wrong-source-port'
    if (reason !== expected) throw new Error(`${reason}, not ${expected}: ${JSON.stringify(message)}`)
  })
  hold(t, 'answers live from port 53', answers, 2000)
})

/** What dns-packet reads, or null where it cannot. */
function readBack(bytes: Uint8Array): Required<Message> | null {
  try {
    return decode(Buffer.from(bytes))
  } catch {
    return null
  }
}

t.test('what dns-packet reads back from changed bytes', async (t) => {
  const readings = { query: 0, answer: 0, neither: 0 }
  const change = fc.record({ at: fc.nat(14), value: fc.nat(255) })
  const changed = fc.property(fc.oneof(query, answer), fc.array(change, { maxLength: 3 }), (message, changes) => {
    const bytes = Uint8Array.from(encode(message))
    for (const { at, value } of changes) if (at < bytes.length) bytes[at] = value
    const read = readBack(bytes)
    if (read === null) return
    const reason = judge(bytes, 53)
    const kind = read.type === 'query' ? 'query' : read.opcode === 'QUERY' && read.questions.length <= 1 ? 'answer' : 'neither'
    readings[kind]++
    const expected = { query: 'request', answer: 'reply', neither: 'not-reply' }[kind]
    if (reason !== expected) throw new Error(`${reason}, not ${expected}: ${Buffer.from(bytes).toString('hex')}`)
  })
  hold(t, 'by what it reads', changed, 5000)
  for (const [kind, count] of Object.entries(readings)) t.ok(count > 50, `${kind}: ${count} messages`)
})
