// SPDX-License-Identifier: GPL-2.0-or-later
// That each row of op25b can fail: it is given numbers as a right network would show them, then the same with one number wrong.

import t from 'tap'
import { OP25B } from '../../../src/lab/scenarios/op25b.js'
import { covered, lives, tryRows } from '../measured.js'

await tryRows(t, OP25B, [
  ...covered('direct', 'home/direct_four', 'server/from_home_four', 5, true),
  ...covered('direct-six', 'home/direct_six', 'server/from_home_six', 5, true),
  ...lives(OP25B, 'submission', ['home/submission_four', 5]),
  ...lives(OP25B, 'submissions', ['home/submissions_six', 5]),
  ...lives(OP25B, 'relay', ['home/relay_four', 5], { 'relay/from_home_four': [5, 0] }),
  ...lives(OP25B, 'relay-six', ['home/relay_six', 5], { 'relay/from_home_six': [5, 0] }),
  ...lives(OP25B, 'exempt', ['shop/direct_four', 5], { 'server/from_shop_four': [5, 0] }),
  ...lives(OP25B, 'exempt-six', ['shop/direct_six', 5], { 'server/from_shop_six': [5, 0] }),
  ...lives(OP25B, 'incoming', ['server/incoming_four', 5]),
])
