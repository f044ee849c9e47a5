// SPDX-License-Identifier: GPL-2.0-or-later
// What doctor finds out of the kernel's drops, on machines that take them, take some, or have no nft; and what it reads of those in force.

import t from 'tap'
import type { Placed } from '../../src/control/compile/kernel-plan.js'
import type { Outcome } from '../../src/control/install/run.js'
import { collectDrops, type DropsSubject } from '../../src/doctor/collect-drops.js'
import type { Machine } from '../../src/doctor/machine.js'
import { block, DNS_RULES, HEADER_RULES, kernelPlan, rule } from '../control/install/kernel-plans.js'
import { type Call, failed, fakeRun, MISSING, said } from '../control/install/fake.js'

const ROOT = { user: 0, admin: true, raw: true, initialNamespace: true }

const place = (index: number, where: Placed['place']): Placed => ({
  block: index,
  place: where,
  cause: where === 'kernel' ? 'header' : 'observed',
  behind: null,
})

/** Of three blocks the second is observed, and its packets are left alone. */
const SUBJECT: DropsSubject = {
  plan: kernelPlan([block(0, 'udp/53', DNS_RULES), block(1, 'udp/source/19', [rule(null)]), block(2, 'tcp/25', HEADER_RULES)], {
    placed: [place(0, 'kernel'), place(1, 'userspace'), place(2, 'kernel')],
  }),
  overload: 'fail-open',
  blocks: [
    { name: 'dns', demanded: true },
    { name: 'watched', demanded: false },
    { name: 'mail', demanded: false },
  ],
}

const LISTED = (rules: string) => `table inet ipxxb-drops { # handle 3
	set alive { # handle 5
		type nf_proto
	}

	chain forward { # handle 6
		type filter hook forward priority -160; policy accept;
${rules}	}

	chain g1-udp { # handle 7
		GUARD
	}
}
`
const GATE = '\t\tudp dport 53 goto g1-udp # handle 9\n'
const GUARD = 'meta nfproto != @alive accept # handle 10'
const ALIVE = 'table inet ipxxb-drops {\n\tset alive {\n\t\ttypeof meta nfproto\n\t\telements = { ipv4 timeout 5s expires 4s }\n\t}\n}\n'

async function examine(answer: (call: Call) => Outcome | undefined, subject: DropsSubject | null = SUBJECT) {
  const { run, calls } = fakeRun(answer)
  return { facts: await collectDrops({ run } as Machine, ROOT, subject), calls }
}

const isTrial = ({ command }: Call): boolean => command === 'unshare'
const isListing = ({ words }: Call): boolean => words.endsWith('list ruleset inet')

t.test('a kernel that takes all', async (t) => {
  const { facts, calls } = await examine(() => undefined)
  t.same(facts, { able: { answer: 'yes', because: '' }, placed: { names: ['dns', 'mail'], refused: [] }, inForce: 'nothing' })
  const trials = calls.filter(isTrial)
  t.equal(trials.length, 2, 'an example, and the policy at once')
  for (const { words } of trials) t.equal(words, '--net nft -f -', 'in a network namespace of their own')
  for (const { words } of calls.filter((call) => !isTrial(call))) t.match(words, /\blist\b/, 'and here it is only read')
  t.equal((await examine(() => undefined, null)).facts.placed, null)
})

/** Of the payload the third byte, which tells a query. */
t.test('a kernel that refuses bytes of the payload', async (t) => {
  const refusing = failed('/dev/stdin:9:1-2: Error: Could not process rule: Not supported\n')
  const { facts } = await examine((call) => (isTrial(call) && call.input.includes('@th,80,8') ? refusing : undefined))
  t.equal(facts.able.answer, 'no')
  t.match(facts.placed, { names: ['dns', 'mail'], refused: [{ name: 'dns', demanded: true, why: /Not supported/ }] })
  t.equal(facts.placed?.refused?.length, 1, 'what the header tells is still taken')
})

t.test('a block of userspace that is refused is no matter of placement', async (t) => {
  const { facts } = await examine((call) => (isTrial(call) && /sport (vmap \{ )?19/.test(call.input) ? failed('no') : undefined))
  t.same(facts.placed, { names: ['dns', 'mail'], refused: [] })
})

t.test('without nft, and without the right to try', async (t) => {
  const without = await examine(({ command }) =>
    command === 'unshare' ? failed('unshare: failed to execute nft: No such file or directory\n', 127) : MISSING,
  )
  t.match(without.facts, { able: { answer: 'no', because: 'there is no program nft' }, inForce: 'unread' })
  t.match(without.facts.placed?.refused, [{ name: 'dns', why: 'there is no program nft' }, { name: 'mail' }])

  const closed = await examine(({ command }) =>
    command === 'unshare' ? failed('unshare: unshare failed: Operation not permitted\n') : undefined,
  )
  t.match(closed.facts, { able: { answer: 'unknown' }, placed: { refused: null } })
  const plan = { ...SUBJECT.plan, placed: [], blocks: [] }
  const nothing = await examine(({ command }) => (command === 'unshare' ? failed('Operation not permitted') : undefined), {
    ...SUBJECT,
    plan,
  })
  t.same(nothing.facts.placed, { names: [], refused: [] }, 'nothing is placed there, and so nothing refused')
})

t.test('what is in force', async (t) => {
  const of = async (listing: Outcome, alive: Outcome) =>
    (await examine((call) => (isListing(call) ? listing : call.words.endsWith('alive') ? alive : undefined))).facts.inForce
  const guarded = said(LISTED(GATE).replace('GUARD', GUARD))
  t.equal(await of(said(''), failed('asked')), 'nothing')
  t.equal(await of(said('table inet ipxxb { # handle 2\n}\n'), failed('asked')), 'nothing', 'the table of the steering is another')
  t.equal(await of(said(LISTED('').replace('GUARD', GUARD)), failed('asked')), 'empty', 'nothing leads to what is there')
  t.equal(await of(guarded, said(ALIVE)), 'alive')
  t.equal(await of(guarded, said(ALIVE.replace(/^.*elements.*\n/m, ''))), 'lapsed')
  t.equal(await of(said(LISTED(GATE).replace('GUARD', 'drop # handle 10')), failed('asked')), 'unguarded')
  t.equal(await of(failed('Operation not permitted'), said(ALIVE)), 'unread')
  t.equal(await of(guarded, failed('it went meanwhile')), 'unread')
})
