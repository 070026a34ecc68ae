/**
 * Tests verdicts that authors expect: met expectations are not failures, unmet ones are warnings, and expected
 * violations are never shown as success.
 */
import { describe, expect, test } from 'vitest';
import { folder, guardrail } from '../../guardrail.js';

const HEAD = `policy P
server s { tool read()  tool send(to: string) }
agent a
`;
const PACK = `pack Guard(sink: tools(to: string)) {
  claim "never sent": never sink
  claim "not to nobody": never sink when to == "nobody"
}
`;

const AFTER = `pack After(source: tools) {
  limit s.send to 1
  claim "one at most": never s.send after source
}
`;

interface Case {
    readonly what: string;
    readonly text: string;
    readonly exit: number;
    readonly verdict: string;
    readonly codes: readonly string[];
}

const CASES: readonly Case[] = [
    {
        what: 'violated, as expected',
        text: `${HEAD}allow a: s.*\n@expected(violated) claim "c": never s.send`,
        exit: 0,
        verdict: 'violated',
        codes: ['GR590']
    },
    {
        what: 'violated, and expected to be something else',
        text: `${HEAD}allow a: s.*\n@expected(vacuous) claim "c": never s.send`,
        exit: 1,
        verdict: 'violated',
        codes: ['GR515', 'GR590']
    },
    {
        what: 'repaired since',
        text: `${HEAD}allow a: s.read\n@expected(violated) claim "c": never s.send`,
        exit: 0,
        verdict: 'holds',
        codes: ['GR515']
    },
    {
        what: 'impossible, as expected',
        text: `${HEAD}allow a: s.read\n@expected(impossible) claim "c": possible s.send`,
        exit: 0,
        verdict: 'impossible',
        codes: ['GR591']
    },
    {
        what: 'possible since',
        text: `${HEAD}allow a: s.*\n@expected(impossible) claim "c": possible s.send`,
        exit: 0,
        verdict: 'witnessed',
        codes: ['GR515']
    },
    {
        what: 'of a scenario, which breaks the claim',
        text: `${HEAD}allow a: s.*\n@expected(violated) claim "c": never s.send\nscenario "s":\n  a calls s.send(to: "x") -> allowed`,
        exit: 0,
        verdict: 'violated',
        codes: ['GR590']
    },
    {
        what: 'of a claim that a use brings',
        text: `${HEAD}${PACK}allow a: s.*\n@expected(violated) use Guard(sink: s.send)`,
        exit: 0,
        verdict: 'violated',
        codes: ['GR590']
    },
    {
        what: 'of a use all of whose claims hold',
        text: `${HEAD}${PACK}allow a: s.read\n@expected(violated) use Guard(sink: s.send)`,
        exit: 0,
        verdict: 'holds',
        codes: ['GR515']
    },
    {
        what: 'vacuous at one of two uses, which says so',
        text: `${HEAD}${AFTER}allow a: s.send\n@expected(vacuous) use After(source: s.read)\nuse After(source: s.send)`,
        exit: 0,
        verdict: 'vacuous',
        codes: ['GR598']
    },
    {
        what: 'vacuous at the use that does not say so',
        text: `${HEAD}${AFTER}allow a: s.send\nuse After(source: s.read)\n@expected(vacuous) use After(source: s.send)`,
        exit: 1,
        verdict: 'vacuous',
        codes: ['GR515', 'GR592', 'GR598']
    },
    {
        what: 'violated at a use that is expected to be vacuous',
        text: `${HEAD}${PACK}allow a: s.*\n@expected(vacuous) use Guard(sink: s.send)`,
        exit: 1,
        verdict: 'violated',
        codes: ['GR515', 'GR590']
    },
    {
        what: 'vacuous at a use within a pack',
        text: `${HEAD}${AFTER}pack Outer(t: tools) {\n  use After(source: t)\n}\nallow a: s.send\n@expected(vacuous) use Outer(t: s.read)`,
        exit: 0,
        verdict: 'vacuous',
        codes: []
    }
];

describe.each(CASES)('$what', ({ text, exit, verdict, codes }) => {
    test('in the reports', async () => {
        const cwd = folder({ 'p.guardrail': text });
        const { code, stdout } = await guardrail(['check', 'p.guardrail', '--format', 'json'], { cwd });
        const report = JSON.parse(stdout) as {
            files: { result: { claims: { verdict: string; expected: boolean }[]; findings: { code: string }[] } }[];
        };
        const { claims, findings } = report.files[0]!.result;
        expect([code, claims[0]!.verdict]).toEqual([exit, verdict]);
        expect(findings.map((finding) => finding.code)).toEqual(codes.filter((one) => one === 'GR515'));
        const pretty = await guardrail(['check', 'p.guardrail'], { cwd });
        expect(pretty.code).toBe(exit);
        if (verdict === 'violated' || verdict === 'impossible') {
            expect(pretty.stdout).not.toContain(`✓ ${verdict}`);
        }
        // The session is shown even if the author expects the violation.
        expect(/a calls s\.send/.test(pretty.stdout)).toBe(verdict === 'violated');
        const compact = await guardrail(['check', 'p.guardrail', '--format', 'compact'], { cwd });
        expect([...new Set(compact.stdout.match(/GR5\d\d/g))].sort()).toEqual(codes);
    });
});

test('a control whose claim is violated is open, even if the violation is expected', async () => {
    const list = { name: 'Rules', annotation: 'acme', controls: [{ id: 'P-1', title: 'nothing leaves' }] };
    const text = `${HEAD}allow a: s.*\n@acme("P-1") @expected(violated) claim "c": never s.send`;
    const cwd = folder({ 'p.guardrail': text, 'acme.json': JSON.stringify(list) });
    const args = ['coverage', 'p.guardrail', '--controls', 'acme.json', '--format', 'json'];
    const { stdout } = await guardrail(args, { cwd });
    const { catalogues } = JSON.parse(stdout) as { catalogues: { controls: { id: string; state: string }[] }[] };
    expect(catalogues[0]!.controls).toMatchObject([{ id: 'P-1', state: 'open' }]);
});
