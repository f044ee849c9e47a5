// SPDX-License-Identifier: GPL-2.0-or-later
// That each row of op53b can fail: it is given numbers as a right network would show them, then the same with one number wrong.

import t from 'tap'
import { OP53B } from '../../../src/lab/scenarios/op53b.js'
import { covered, lives, tryRows } from '../measured.js'

await tryRows(t, OP53B, [
  ...covered('public-udp', 'home/udp_public', 'public/questions_udp', 10, false),
  ...covered('public-tcp', 'home/tcp_public', 'public/questions_tcp', 5, true),
  ...lives(OP53B, 'isp-udp', ['home/udp_resolver', 10], { 'resolver/questions_udp': [10, 0] }),
  ...lives(OP53B, 'isp-tcp', ['home/tcp_resolver', 5], { 'resolver/questions_tcp': [5, 0] }),
  ...lives(OP53B, 'other-port', ['home/tls', 5]),
])
