/** Ways to weaken what protects a repository, as a hurried or hostile colleague would: `diff` names each. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { guardrail } from '../../guardrail.js';
import { repository } from './repository.js';

const POLICY = 'policies/team.guardrail';
const TOOLS = 'tools/tools.guardrail';
const PACKS = 'packs/packs.guardrail';
const CONFIGURATION = 'guardrail.config.json';

const FILES: Readonly<Record<string, string>> = {
    [POLICY]: `policy Team
import "../tools/tools.guardrail"
import { Reviewed, Capped } from "../packs/packs.guardrail"
timezone "UTC"
agent bot delegates to helper
agent helper
human ann
human joe
role payers = ann, joe
event alarm
signal risk: 0..100
session tenant: string
group sinks = mail.send, web.fetch
define sensitive(f: string) = f in ["salaries", "board"]
allow bot: mail.read, mail.send, mail.drop, bank.verify, web.fetch when risk < 50
allow helper: bank.pay when amount < 100
deny mail.read when sensitive(folder) because "secret"
deny sinks when once mail.read unless once bank.verify
deny web.fetch when host of url in ["evil.example"]
require approval by payers for bank.pay valid 5m timeout 1h
require approval by 2 of payers for mail.drop
require once bank.verify(account) for bank.pay
limit bank.pay to 5 per account within 1h
limit total(bank.pay.amount) to 500 within 24h across sessions
withhold result of mail.read when folder == "hr"
order bank.verify before bank.pay
assume event alarm only when once mail.read
modes work {
    calm initial { on alarm enter locked }
    locked { deny any tool }
}
use Reviewed(sink: mail.drop, reviewer: ann)
use Capped(most: 3, sink: mail.send)
claim "nothing private leaves": no flow from private to mail.send unless once bank.verify
claim "reviewed": never bank.pay unless approved by payers
claim "two": never mail.drop unless approved by 2 of payers
claim "few": at most 5 bank.pay per account within 1h
claim "externals": never external tools after mail.read unless once bank.verify
claim "in every session" across sessions: never mail.drop when sensitive("x")
claim "it can pay": possible bank.verify then bank.pay within 1h
claim "held": bank.pay is held when amount > 10
scenario "secret":
    bot calls mail.read(folder: "salaries") -> denied because "secret"
    bot calls mail.read(folder: "x") -> allowed
`,
    [TOOLS]: `label private
entity Account
server mail {
    tool read(folder: string) readonly reads private
    tool send(to: string) external
    tool drop(id: int) destructive
}
server bank {
    tool verify(account: Account) readonly atomic
    tool pay(account: Account, amount: decimal(2) >= 0)
}
server web {
    tool fetch(url: string) external
}
`,
    [PACKS]: `pack Reviewed(sink: tools, reviewer: human) {
    require approval by reviewer for sink
    claim "reviewed": never sink unless approved by reviewer
}
pack Capped(sink: tools, most: int) {
    limit sink to most
    claim "capped": at most most sink
}
`,
    [CONFIGURATION]: `{
    "strict": true,
    "failOn": "warning",
    "accept": ["sessions"],
    "require": [
        { "pack": "Reviewed", "from": "./packs/packs.guardrail", "arguments": { "sink": { "includes": "destructive tools" } } },
        { "pack": "Capped", "from": "./packs/packs.guardrail", "arguments": { "most": { "atMost": 3 } } }
    ],
    "longestException": 30,
    "severity": { "GR505": "error" }
}
`
};

/** What is done, in which file, the text, what it becomes, and what the comment says. */
type Weakening = readonly [name: string, file: string, from: string | RegExp, to: string, said: RegExp];

const WEAKENINGS: readonly Weakening[] = [
    // The rules.
    ['a limit deleted', POLICY, 'limit bank.pay to 5 per account within 1h\n', '', /No longer: .*limit bank\.pay/],
    ['a limit raised', POLICY, 'limit bank.pay to 5', 'limit bank.pay to 6', /limit bank\.pay to 6/],
    ['a shorter window', POLICY, 'per account within 1h\nlimit', 'per account within 1m\nlimit', /within 1m/],
    ['a total of one session', POLICY, ' within 24h across sessions', ' within 24h', /limit total/],
    ['a rule deleted', POLICY, 'deny web.fetch when host of url in ["evil.example"]\n', '', /denied → allowed/],
    ['a rule that only audits', POLICY, 'deny mail.read', 'audit deny mail.read', /denied → allowed/],
    ['a rule in a comment', POLICY, 'deny sinks', '// deny sinks', /No longer: .*deny sinks/],
    [
        'an exception of a rule',
        POLICY,
        'unless once bank.verify\ndeny',
        'unless once bank.verify or once mail.drop\ndeny',
        /denied → allowed/
    ],
    ['a shorter list', POLICY, '["salaries", "board"]', '["salaries"]', /denied → allowed/],
    ['a smaller group', POLICY, 'mail.send, web.fetch\ndefine', 'mail.send\ndefine', /denied → allowed/],
    ['a condition less', POLICY, ' when risk < 50', '', /denied → allowed/],
    ['a higher threshold', POLICY, 'amount < 100', 'amount < 1000', /allow helper/],
    ['a further tool', POLICY, 'allow helper:', 'allow helper: mail.read\nallow helper:', /mail\.read/],
    ['no approval', POLICY, 'require approval by payers for bank.pay valid 5m timeout 1h\n', '', /held → allowed/],
    ['one approval fewer', POLICY, 'by 2 of payers for', 'by payers for', /require approval by payers for mail\.drop/],
    ['a longer approval', POLICY, 'valid 5m', 'valid 8h', /valid 8h/],
    [
        'a further approver',
        POLICY,
        'human joe\nrole payers = ann, joe',
        'human joe\nhuman eve\nrole payers = ann, joe, eve',
        /eve/
    ],
    [
        'a condition that is not required',
        POLICY,
        'require once bank.verify(account) for bank.pay\n',
        '',
        /No longer: .*require once/
    ],
    [
        'a key less',
        POLICY,
        'require once bank.verify(account)',
        'require once bank.verify',
        /require once bank\.verify for/
    ],
    [
        'a result that is not withheld',
        POLICY,
        'withhold result of mail.read when folder == "hr"\n',
        '',
        /No longer: .*withhold/
    ],
    ['an order that is gone', POLICY, 'order bank.verify before bank.pay\n', '', /No longer: .*order/],
    ['a mode that cannot be entered', POLICY, 'on alarm enter locked', '', /locked|alarm/],
    [
        'a mode that is left',
        POLICY,
        '{ deny any tool }',
        '{ deny any tool on alarm enter calm }',
        /calm|alarm|deny any tool/
    ],
    ['own rights', POLICY, 'delegates to helper', 'delegates to helper on its own rights', /delegations differently/],
    ['other tools', POLICY, 'timezone "UTC"', 'timezone "UTC"\nleave other tools to the client', /leaves the tools/],
    ['another time zone', POLICY, '"UTC"', '"Europe/Berlin"', /time zones differ/],
    ['a further agent', POLICY, 'agent helper\n', 'agent helper\nagent other\n', /agent other|delegations differently/],
    // What is claimed and tested.
    [
        'a claim deleted',
        POLICY,
        'claim "reviewed": never bank.pay unless approved by payers\n',
        '',
        /claim.*reviewed.* is gone/
    ],
    ['a claim in a comment', POLICY, 'claim "few"', '// claim "few"', /claim.*few.* is gone/],
    [
        'another case in `unless`',
        POLICY,
        'mail.send unless once bank.verify',
        'mail.send unless once bank.verify or once mail.read',
        /nothing private leaves.* is not shown/
    ],
    ['a higher number', POLICY, 'at most 5', 'at most 50', /few.* is not shown/],
    [
        'a condition more',
        POLICY,
        'claim "two": never mail.drop unless',
        'claim "two": never mail.drop when risk > 3 unless',
        /two.* is not shown/
    ],
    ['one session only', POLICY, ' across sessions: never', ': never', /in every session.* is not shown/],
    [
        'another claim under the name',
        POLICY,
        'claim "reviewed": never bank.pay',
        'claim "reviewed": never mail.drop',
        /reviewed.* is not shown/
    ],
    ['a milder decision', POLICY, 'bank.pay is held when', 'bank.pay is allowed when', /held.* is not shown/],
    ['more time', POLICY, 'bank.pay within 1h\nclaim "held', 'bank.pay\nclaim "held', /it can pay.* is not shown/],
    [
        'an expected violation',
        POLICY,
        'claim "few"',
        '@expected(violated)\nclaim "few"',
        /few.* now has .*expected\(violated\)/
    ],
    ['an accepted scope', POLICY, 'claim "few"', '@accept(values)\nclaim "few"', /few.* now has .*accept\(values\)/],
    ['an expectation of a pack', POLICY, 'use Capped', '@expected(vacuous)\nuse Capped', /capped.* now has/],
    [
        'a scenario deleted',
        POLICY,
        FILES[POLICY]!.slice(FILES[POLICY]!.indexOf('scenario')),
        '',
        /scenario.*secret.* is gone/
    ],
    [
        'a step deleted',
        POLICY,
        '    bot calls mail.read(folder: "x") -> allowed\n',
        '',
        /scenario.*secret.* has other steps/
    ],
    [
        'another decision expected',
        POLICY,
        'denied because "secret"\n    bot',
        'denied\n    bot',
        /scenario.*secret.* has other steps/
    ],
    [
        'an assumption',
        POLICY,
        'assume',
        'assume signal risk only when risk < 10\nassume',
        /It now assumes: .*risk &lt; 10/
    ],
    [
        'a narrower assumption',
        POLICY,
        'only when once mail.read',
        'only when once mail.drop',
        /It now assumes: .*mail\.drop/
    ],
    // The packs and their uses.
    ['a use deleted', POLICY, 'use Reviewed(sink: mail.drop, reviewer: ann)\n', '', /GR260|Reviewed/],
    ['a higher bound', POLICY, 'most: 3', 'most: 30', /GR26|Capped/],
    ['a weaker pack', PACKS, '    require approval by reviewer for sink\n', '', /No longer: .*require approval by/],
    ['a pack that claims less', PACKS, '    claim "capped": at most most sink\n', '', /capped.* is gone/],
    // The inventory.
    ['a label that is not read', TOOLS, ' reads private', '', /no longer reads .*private/],
    ['a label that is read on a condition', TOOLS, 'reads private', 'reads private when folder == "x"', /private/],
    [
        'a label that is cleared',
        TOOLS,
        'tool send(to: string) external',
        'tool send(to: string) external clears private',
        /now clears .*private/
    ],
    ['a trait dropped', TOOLS, 'fetch(url: string) external', 'fetch(url: string)', /trait .*external/],
    [
        'a trait that is only a hint',
        TOOLS,
        'fetch(url: string) external',
        'fetch(url: string) hint external',
        /trait .*external/
    ],
    ['a tool renamed', TOOLS, 'tool drop(', 'tool remove(', /GR|drop/],
    ['a parameter renamed', TOOLS, 'tool fetch(url: string)', 'tool fetch(url: string, body?: string)', /body/],
    ['a narrower parameter', TOOLS, 'drop(id: int)', 'drop(id: 0..9)', /id of mail\.drop/],
    [
        'an end that is certain',
        TOOLS,
        'pay(account: Account, amount: decimal(2) >= 0)',
        'pay(account: Account, amount: decimal(2) >= 0) atomic',
        /bank\.pay/
    ],
    // The configuration.
    [
        'a pack that is not required',
        CONFIGURATION,
        ', "arguments": { "most": { "atMost": 3 } } }',
        ' }',
        /requires less.*`most`/
    ],
    ['a requirement deleted', CONFIGURATION, /^.*"Capped".*\n/m, '', /no longer requires the pack `Capped`/],
    ['a looser bound', CONFIGURATION, '"atMost": 3', '"atMost": 300', /requires less.*`most`/],
    [
        'a bound that includes less',
        CONFIGURATION,
        '"destructive tools"',
        '"mail.drop"',
        /requires something else.*`sink`/
    ],
    [
        'an exception',
        CONFIGURATION,
        '"longestException"',
        '"exceptions": [{ "pack": "Capped", "policy": "policies", "because": "x", "until": "2099-01-01" }], "longestException"',
        /now excepts/
    ],
    ['a longer exception', CONFIGURATION, '30,\n    "sev', '300,\n    "sev', /requires less.*longestException/],
    ['a lower severity', CONFIGURATION, '"error"', '"hint"', /requires less.*GR505/],
    ['not strict', CONFIGURATION, '"strict": true', '"strict": false', /requires less.*strict/],
    ['only errors fail', CONFIGURATION, '"failOn": "warning",', '', /requires less.*failOn/],
    ['a further scope', CONFIGURATION, '["sessions"]', '["sessions", "values"]', /requires less.*accept/],
    ['a baseline', CONFIGURATION, '"strict"', '"baseline": "known.json", "strict"', /baseline/],
    ['fewer files', CONFIGURATION, '"strict"', '"exclude": ["policies/**"], "strict"', /exclude/]
];

test.each(WEAKENINGS)('%s is named', async (_, file, from, to, said) => {
    const before = FILES[file]!;
    const root = repository(FILES);
    const after = before.replace(from, () => to);
    expect(after).not.toBe(before);
    writeFileSync(join(root, file), after);
    const { code, stdout } = await guardrail(
        ['diff', `before:${POLICY}`, POLICY, '--format', 'markdown', '--timeout', '1'],
        { cwd: root }
    );
    expect(stdout).toMatch(said);
    expect(stdout).not.toMatch(/^## (?:✅|🔒|ℹ️)/);
    expect(code).not.toBe(0);
});
