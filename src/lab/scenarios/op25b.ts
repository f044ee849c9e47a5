// SPDX-License-Identifier: GPL-2.0-or-later
// Scenario op25b: customers may hand mail to the ISP's relay alone. Their connections to port 25 of others are dropped, then rejected, and
// one sees how long a mail program waits in either case, over IPv4 and IPv6.

import { openConnections } from '../rows/asking.js'
import { client } from '../rows/client.js'
import type { Lab } from '../running-lab.js'
import type { Phase, Row, Scenario } from '../scenario.js'
import { ADDRESSES, DYNAMIC, FAMILIES, type Family, NETWORK } from './op25b-network.js'

const CONNECTIONS = 5
const SUBMISSION = 587
const SUBMISSIONS = 465

const policy = (mode: string, action: string): string => `version: 1
timezone: Asia/Tokyo
interfaces: { outside: [outside] }
networks:
  dynamic: { customers: true, prefixes: [${DYNAMIC.four}, "${DYNAMIC.six}"] }
  mail:    { prefixes: [${ADDRESSES.relay.four}/32, "${ADDRESSES.relay.six}/128"] }
blocks:
  - profile: OP25B
    protect: [dynamic]
    except: [mail]
    mode: ${mode}
    action: ${action}
    reason: Infected customers send spam past the relay
exemptions:
  - { prefix: ${ADDRESSES.shop.four}/32, blocks: [OP25B], owner: ticket 4711, reason: runs a mail server }
  - { prefix: "${ADDRESSES.shop.six}/128", blocks: [OP25B], owner: ticket 4711, reason: runs a mail server }
`

const PHASES: readonly Phase[] = [
  { name: 'no-filter', title: 'No filter: what happens today', policy: null, does: 'nothing' },
  {
    name: 'observe',
    title: 'OP25B in mode observe: everything passes, ipxxb counts what it would drop',
    policy: policy('observe', 'drop'),
    does: 'observes',
  },
  { name: 'drop', title: 'OP25B enforced: connections to port 25 of others are dropped', policy: policy('enforce', 'drop'), does: 'drops' },
  {
    name: 'reject',
    title: 'OP25B enforced with `action: reject`: the same, and the customer is told',
    policy: policy('enforce', 'reject'),
    does: 'rejects',
  },
]

interface Mail {
  readonly name: string
  readonly title: string
  readonly from: 'home' | 'shop' | 'server'
  readonly to: 'home' | 'server' | 'relay'
  readonly port: number
  readonly family: Family
  /** The sender's counter, and the receiver's where it has one. */
  readonly sent: string
  readonly arrived?: string
  readonly covered?: boolean
  readonly lives: string
}

const mail = ({ from, to, port, family, sent, arrived, covered = false, lives, ...names }: Mail): Row =>
  client({
    ...names,
    expects: { lives, dies: 'dies: the mail program waits in vain', refused: 'fails at once: nothing is repeated' },
    covered,
    host: from,
    sent: `${sent}_${family}`,
    ...(arrived !== undefined && { arrived: { host: to, counter: `${arrived}_${family}` } }),
    times: CONNECTIONS,
    what: `connections over ${family === 'four' ? 'IPv4' : 'IPv6'}`,
    answeredAs: 'greeted',
    repeats: true,
    ask: (lab) => {
      const server = ADDRESSES[to][family]
      const task = { server, port, connections: CONNECTIONS }
      return openConnections(lab, from, task, covered ? { server, port: SUBMISSION } : undefined)
    },
  })

const DIRECT = { from: 'home', to: 'server', port: 25, sent: 'direct', arrived: 'from_home', covered: true } as const

const ROWS: readonly Row[] = [
  mail({ ...DIRECT, name: 'direct', title: "To somebody else's port 25", family: 'four', lives: 'lives: the mail is taken' }),
  mail({ ...DIRECT, name: 'direct-six', title: 'The same over IPv6', family: 'six', lives: 'lives: the mail is taken' }),
  mail({
    name: 'submission',
    title: `To port ${SUBMISSION} (submission)`,
    from: 'home',
    to: 'server',
    port: SUBMISSION,
    family: 'four',
    sent: 'submission',
    lives: 'lives: the block is for port 25',
  }),
  mail({
    name: 'submissions',
    title: `To port ${SUBMISSIONS} (submissions)`,
    from: 'home',
    to: 'server',
    port: SUBMISSIONS,
    family: 'six',
    sent: 'submissions',
    lives: 'lives: the block is for port 25',
  }),
  ...FAMILIES.map((family) =>
    mail({
      name: family === 'four' ? 'relay' : 'relay-six',
      title: `To the ISP's relay${family === 'four' ? '' : ', IPv6'}`,
      from: 'home',
      to: 'relay',
      port: 25,
      family,
      sent: 'relay',
      arrived: 'from_home',
      lives: 'lives: an exception of the block',
    }),
  ),
  ...FAMILIES.map((family) =>
    mail({
      name: family === 'four' ? 'exempt' : 'exempt-six',
      title: `Exempt customer${family === 'four' ? '' : ', IPv6'}`,
      from: 'shop',
      to: 'server',
      port: 25,
      family,
      sent: 'direct',
      arrived: 'from_shop',
      lives: 'lives: left alone',
    }),
  ),
  mail({
    name: 'incoming',
    title: 'Mail that comes to a customer',
    from: 'server',
    to: 'home',
    port: 25,
    family: 'four',
    sent: 'incoming',
    lives: 'lives: the block is for what goes out',
  }),
]

async function stage(lab: Lab): Promise<void> {
  const greet = (name: 'server' | 'relay' | 'home', ...ports: number[]) =>
    lab.host(name).run('greet', { addresses: FAMILIES.map((family) => ADDRESSES[name][family]), ports, greeting: '220 lab' })
  await Promise.all([greet('server', 25, SUBMISSION, SUBMISSIONS), greet('relay', 25), greet('home', 25)])
}

const STORY = `An infected customer sends spam straight to the mail servers of others. The ISP blocks port 25 on the way out, but for its own relay; mail
programs hand over what they send on ports ${SUBMISSION} and ${SUBMISSIONS}, as they should. A program that is dropped waits for minutes; one that is
rejected says at once what is wrong. In place of mail servers, a program of the lab greets whoever connects:

   server --+                           +-- home      dynamic address: may not send to port 25 of others
            +-- Internet ==== router ===+
   relay  --+                (ipxxb)    +-- shop      dynamic address, with an exemption
   (the ISP's, in its other data centre)
`

const MORAL = `Spam to port 25 of others dies; submission, the ISP's relay, the exempt customer and incoming mail live. Rejected, the customer's mail program
is told at once.`

export const OP25B: Scenario = {
  name: 'op25b',
  title: 'Spam straight from customers, past the mail relay',
  story: STORY,
  moral: MORAL,
  topology: NETWORK,
  router: 'router',
  phases: PHASES,
  rows: ROWS,
  stage,
}
