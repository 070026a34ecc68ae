/** `same tool` means what a policy says that names each tool, and it is refused where no call is decided. */
import { expect, test } from 'vitest';
import { parsePolicy, policyOf } from '../support/policies.js';

const DECLARED = `policy P
server s { tool a(x: string) tool b(x: string) }
server t { tool c(x: string) }
agent one
agent two
human boss
allow any agent: any tool
`;

/** Each rule with `same tool`, for the tools that it decides, with the tool in the place of TOOL. */
const RULES = [
    [['s.a', 's.b', 't.c'], 'any tool', 'deny SUBJECT when count(TOOL within 60s) >= 2'],
    [['s.a', 's.b'], 's.*', 'deny SUBJECT when attempted TOOL(x) by caller since t.c or x == "q"'],
    [['s.a', 't.c'], 's.a, t.c', 'require once TOOL where x == call.x for SUBJECT unless caller is one'],
    [
        ['s.a', 's.b', 't.c'],
        'any tool',
        'require approval by boss for SUBJECT when last is attempted TOOL valid 5m per x'
    ],
    [['s.a', 't.c'], 'any tool except s.b', 'allow one: SUBJECT when count(distinct x of TOOL) < 3'],
    [['s.a', 's.b', 't.c'], 'same tool', 'limit TOOL(x: "q") by caller to 3 per x within 1h when x != "z"']
] as const;

/** Rules that have the tool as a key, and the same rules without it, for each of the tools. */
const KEYS = [
    [['s.a', 'n.n'], 'limit attempted SUBJECT by caller to 3 per KEY, x within 1h when x != "z"'],
    [['n.n'], 'limit total(SUBJECT.amount) to 3 per KEY within 1d'],
    [['s.a', 's.b', 't.c'], 'limit SUBJECT(x: "q") to 3 per KEY'],
    [['s.a', 't.c'], 'require approval by boss for SUBJECT when x != "z" valid once or 1h per KEY, x']
] as const;

test.each(RULES)('a rule for each of %j: %s, %s', async (tools, subject, rule) => {
    const short = await policyOf(DECLARED + rule.replace('SUBJECT', subject).replace('TOOL', 'same tool'));
    const long = await policyOf(
        DECLARED + tools.map((tool) => rule.replace('SUBJECT', tool).replace('TOOL', tool)).join('\n')
    );
    const meaning = ({ rules, monitors, recorders }: typeof short): unknown => plain({ rules, monitors, recorders });
    expect(meaning(short)).toEqual(meaning(long));
});

test.each(KEYS)('the tool as a key, of %j: %s', async (tools, rule) => {
    const declared = `${DECLARED}server n { tool n(x: string, amount: int) }\n`;
    const kept = (subject: string, key: string): string => rule.replace('SUBJECT', subject).replace('KEY', key);
    const group = `group some = ${tools.join(', ')}\n`;
    const short = await policyOf(declared + group + kept('some', 'same tool'));
    const long = await policyOf(
        declared +
            group +
            tools
                .map((tool) => kept(tool, 'KEY').replace(/ per KEY(, )?/, (_, more) => (more ? ' per ' : '')))
                .join('\n')
    );
    const meaning = ({ rules, monitors, recorders }: typeof short): unknown => plain({ rules, monitors, recorders });
    expect(meaning(short)).toEqual(meaning(long));
});

/** The data without texts and places. */
function plain(of: object): unknown {
    return JSON.parse(
        JSON.stringify(of, (key, value: unknown) => (key === 'text' || key === 'source' ? undefined : value))
    );
}

const REFUSED = [
    ['deny same tool when x == "q"', 'GR420'],
    ['deny same call', 'GR420'],
    ['order s.a before same tool', 'GR420'],
    ['claim: never same tool', 'GR420'],
    ['claim: never s.a after same tool', 'GR420'],
    ['claim: possible same tool', 'GR420'],
    ['group g = same tool', 'GR420'],
    ['claim: always count(same tool) < 3', 'GR422'],
    ['claim: always count(same call) < 3', 'GR422'],
    ['modes m {\n  p initial { on same tool enter q }\n  q {}\n}', 'GR453'],
    ['event e\nassume event e only when once same tool', 'GR471'],
    ['limit total(distinct s.n.n) to 3\nserver u { tool n(n: int) }', 'GR202'],
    ['server u { tool n(n: int) }\nlimit total(distinct u.n.n) to 3', 'GR490'],
    ['deny s.a when x + 1 == "a"', 'GR491'],
    ['deny s.a when x - "a" == "a"', 'GR491'],
    ['server u { tool n(l: string[] = [1]) }', 'GR307'],
    ['server u { tool n(r: {x: int} = {y: 1}) }', 'GR307']
] as const;

test.each(REFUSED)('%s: %s', async (text, code) => {
    const { diagnostics } = await parsePolicy(DECLARED + text);
    expect(diagnostics.map((one) => one.code)).toContain(code);
});
