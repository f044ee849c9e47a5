// SPDX-License-Identifier: GPL-2.0-or-later

import t from 'tap'
import { readListed } from '../../../src/control/install/nftables-listed.js'

const LISTING = `table inet operator { # handle 1
	set ipxxb-9-not-ours-4 { # handle 1
		type ipv4_addr
	}

	chain forward { # handle 2
		type filter hook forward priority -10; policy accept;
		udp dport 53 queue to 99 # handle 3
	}
}
table inet ipxxb { # handle 7
	comment "queue to 98"
	set ipxxb-1-dynamic-4 { # handle 1
		type ipv4_addr
		flags constant,interval
	}

	chain candidates { # handle 2
		meta mark 0x69707862 return # handle 5
		udp dport { 53, 123 } ip daddr @ipxxb-1-dynamic-4 queue flags bypass to 5300-5302 # handle 6
		udp dport 53 ip6 daddr @ipxxb-1-dynamic-6 queue to 5310 # handle 8
		udp dport 53 queue num 5320-5321 bypass # handle 9
	}

	chain forward { # handle 3
		type filter hook forward priority -10; policy accept;
		udp dport { 53, 123 } goto candidates # handle 11
	}

	chain prerouting { # handle 4
		type filter hook prerouting priority -300; policy accept;
	}
}
table inet ipxxb-like { # handle 8
	chain forward { # handle 1
		udp dport 53 queue to 97 # handle 2
	}
}
`

t.test('our table alone', (t) => {
  const listed = readListed(LISTING)
  t.same(
    [...(listed?.chains ?? [])],
    [
      ['candidates', { base: null, rules: 4 }],
      ['forward', { base: 'filter forward -10', rules: 1 }],
      ['prerouting', { base: 'filter prerouting -300', rules: 0 }],
    ],
  )
  t.same([...(listed?.sets ?? [])], [['ipxxb-1-dynamic-4', '1']])
  t.same(listed?.queues, [5300, 5301, 5302, 5310, 5320, 5321], 'as old and new versions of nft write them')
  t.match(listed?.text, /^table inet ipxxb \{ # handle 7\n[\s\S]*\n\}$/)
  t.notMatch(listed?.text, 'operator')
  t.notMatch(listed?.text, 'ipxxb-like')
  t.end()
})

t.test('not there', (t) => {
  t.equal(readListed(''), null)
  t.equal(readListed(LISTING.replace('inet ipxxb {', 'inet other {')), null)
  t.same(readListed('table inet ipxxb { # handle 1\n}\n')?.chains.size, 0)
  t.end()
})
