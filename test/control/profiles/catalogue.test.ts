// SPDX-License-Identifier: GPL-2.0-or-later
// The catalogue as a whole: names, shapes and texts of every profile.

import t from 'tap'
import { MAX_SHAPE_BYTES } from '../../../src/contract/numbers.js'
import { CLASS_A_NTP_PORTS, NTP_REPLY } from '../../../src/contract/shapes.js'
import { findProfile, PROFILES } from '../../../src/control/profiles/catalogue.js'

t.test('the names of this version', (t) => {
  t.strictSame(
    PROFILES.map(({ name, class: of }) => `${name} ${of}`),
    ['IP19B A', 'IP53B B', 'IP123B B', 'IP161B A', 'IP1434B C', 'IP1900B C', 'IP3478B D', 'OP25B null', 'OP53B null', 'OP53RB C'],
  )
  for (const profile of PROFILES) t.equal(findProfile(profile.name), profile)
  for (const name of ['ip53b', 'IP54B', '', 'constructor']) t.equal(findProfile(name), null, name)
  t.end()
})

for (const profile of PROFILES) {
  t.test(profile.name, (t) => {
    const [, way, port, reply] = /^([IO])P(\d+)(R?)B$/.exec(profile.name) as unknown as string[]
    t.equal(profile.direction, way === 'I' ? 'inbound' : 'outbound')
    t.ok(profile.services.length > 0)
    for (const service of profile.services)
      t.strictSame([service.first, service.last, service.side], [Number(port), Number(port), reply === 'R' ? 'source' : 'destination'])
    t.equal(new Set(profile.services.map(({ protocol }) => protocol)).size, profile.services.length)
    for (const test of [...(profile.request ?? []), ...(profile.reply ?? [])].flatMap(({ tests }) => tests))
      t.ok(test.offset + test.width <= MAX_SHAPE_BYTES)
    for (const text of [profile.title, profile.collateral]) {
      t.match(text.en, /^[\x20-\x7e]{10,}$/, 'English')
      t.match(text.ja, /[\u3041-\u30ff]/, 'Japanese')
      t.not(/^[\x20-\x7e]*$/.test(text.ja), true)
    }
    t.ok(profile.references.length > 0)
    t.equal(profile.stops, reply === 'R' ? 'reply' : 'request')
    // Amplified answers come in fragments; everything else that a profile looks for fits into one packet.
    t.equal(profile.needsDefragmentation, profile.stops === 'reply')
    t.end()
  })
}

t.test('what a class needs is there, and nothing else', (t) => {
  for (const { name, class: of, request, reply, replySourcePort, services, stops } of PROFILES) {
    const ntp = services.some(({ first }) => CLASS_A_NTP_PORTS.includes(first))
    const has = [request !== null, reply !== null, replySourcePort !== null]
    const needs = {
      A: [false, ntp, ntp],
      B: [true, true, true],
      C: [stops === 'request', stops === 'reply', false],
      D: [true, false, false],
    }
    t.strictSame(has, of === null ? [false, false, false] : needs[of], name)
    if (of !== 'C') t.equal(stops, 'request', name)
    if (of === 'A' && ntp) t.equal(reply, NTP_REPLY, name)
    if (of !== null)
      t.ok(
        services.every(({ protocol }) => protocol === 'udp'),
        `${name}: a shape is of a UDP payload`,
      )
  }
  t.end()
})
