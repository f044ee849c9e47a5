// SPDX-License-Identifier: GPL-2.0-or-later
// How long the endurance tests last: a few rounds with all other tests, so that none rots, and as many as `npm run test:endurance` asks for.

export function rounds(few: number): number {
  const asked = Number(process.env.IPXXB_ROUNDS ?? few)
  if (!Number.isInteger(asked) || asked < 1) throw new TypeError('IPXXB_ROUNDS is a number of rounds')
  return asked
}
