/**
 * Compares policies exported to Dogwood with its definition: what they permit is allowed, in any session with calls
 * that are denied, fail, are lost or are still running. If every earlier call succeeded, the decisions are the same.
 */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Game, type Step, steps } from './play.js';
import { IS_DEEP, more, partOf, runs } from '../../support/depth.js';

/**
 * The tools for patterns of all kinds: the last call may be any of the first five, and a span begins with any but the
 * last one.
 */
const EVENTS = [
    'bank.verify',
    'bank.pay(account: "x")',
    'bank.close where (not force)',
    'bank.pay where amount > 3',
    'bank.pay where (account in ["y", "z"] or amount == 0)',
    'bank.pay',
    'bank.verify(account)',
    'bank.pay(account)',
    'attempted bank.pay',
    'denied bank.close',
    'released bank.read',
    'failed bank.pay',
    'bank.read by caller',
    'bank.close(account) by caller',
    'released bank.verify by assistant',
    'bank.pay where (account == "x" and not amount <= 2)',
    'bank.probe',
    'bank.probe where (account given implies account == "x")',
    'bank.pay where amount >= call.amount'
];
const LAST = EVENTS.slice(0, 5);
const BEGINNINGS = EVENTS.slice(0, -1);

/** Conditions on the history for a call of `bank.pay`, each in a different form. */
const CONDITIONS: readonly ((e: string, f: string, last: string) => string)[] = [
    (e) => `once ${e}`,
    (e) => `once ${e} within 5m`,
    (e) => `not once ${e} within 5m`,
    (e, f) => `once ${f} then ${e} within 10m`,
    (e, f) => `${e} since ${f}`,
    (e, f) => `${e} since ${f} within 10m`,
    (e, f) => `no ${e} since ${f}`,
    (e, f) => `no ${e} since ${f} within 5m`,
    (_, __, last) => `last is ${last}`,
    (_, __, last) => `last is ${last} within 5m by any agent`,
    (e) => `count(${e} within 1h) >= 2`,
    (e) => `count(${e}) < 2`,
    (e) => `count(${e} within 10m) == 1`,
    (e, f) => `count(${e} since ${f}) >= 2`,
    (_, f) => `(carries private or count(attempted same call since ${f}) > 1)`,
    (e) => `(total(bank.pay.amount within 1h) > 5 or once ${e} within 1m)`,
    (e) => `(total(bank.pay(account).amount within 1h) + amount <= 9 or once ${e} within 1m)`,
    (e) => `(count(distinct account of bank.pay within 1h) != 1 or once ${e} within 1m)`,
    (_, __, last) => `(count(bank.verify(account: note) within 1h) >= 1 or once ${last})`
];

const SHAPES: readonly ((condition: string, other: string) => string)[] = [
    (c) => `allow any agent: bank.*\ndeny bank.pay when ${c}`,
    (c) => `allow any agent: bank.*\ndeny bank.pay unless ${c}`,
    (c, d) =>
        `allow any agent: bank.verify, bank.read, bank.close, bank.probe\nallow assistant: bank.pay when ${c} or ${d}`,
    (c, d) => `allow any agent: bank.*\nrequire ${c} for bank.pay when ${d}`,
    (c, d) => `allow any agent: bank.*\nrequire approval by user for bank.pay when ${c} and not ${d}`
];

const MIXED: readonly Step['end'][] = ['success', 'success', 'success', 'error', 'lost', 'running', 'refused'];

/**
 * Conditions that read features that cause more events or labels than the visible calls, or fewer; each with the tools
 * that matter.
 */
const WITH_MORE: readonly (readonly [rules: string, tools: readonly Step['tool'][]])[] = [
    ['deny bank.pay when once bank.pay(account) by caller within 1h', ['bank.pay', 'run.any', 'odd.list']],
    ['deny bank.pay when once bank.pay(account) by caller within 1h', ['bank.pay', 'bank.close', 'delegation']],
    ['deny bank.close when carries private', ['bank.close', 'scan.some', 'mind.wipe']],
    ['deny bank.close when carries private', ['bank.close', 'bank.read', 'disk.write', 'disk.load']],
    ['deny bank.close when carries private', ['bank.close', 'bank.read', 'delegation']],
    ['require carries private for bank.close', ['bank.close', 'bank.read', 'delegation']],
    ['require carries private for bank.close', ['bank.close', 'bank.read', 'scan.some']],
    ['require carries private or amount > 2 for bank.pay', ['bank.pay', 'bank.read', 'mind.wipe']],
    [
        'withhold result of bank.read when result.text contains "x"\nrequire carries private for bank.pay',
        ['bank.pay', 'bank.read', 'inbox.open']
    ],
    ['deny bank.pay unless once exam.check(account) or amount > 3', ['bank.pay', 'exam.check']],
    ['deny bank.pay when once exam.check(account) where result.ok == false', ['bank.pay', 'exam.check']],
    ['deny bank.pay when once external tools', ['bank.pay', 'odds.guess', 'odd.list']],
    ['deny bank.close when once external tools', ['bank.close', 'odds.guess', 'odd.list']],
    ['require once external tools for bank.close', ['bank.close', 'odds.guess', 'bank.pay']],
    ['require count(fx.rate(value)) < 2 for fx.rate', ['fx.rate', 'odd.list']],
    ['deny fx.rate unless count(fx.rate) < 1 or once fx.rate(value)', ['fx.rate', 'odd.list']],
    [
        'deny bank.pay when once bank.verify(account) across sessions',
        ['odd.list', 'bank.pay', 'bank.verify', 'session']
    ],
    ['deny bank.pay when count(attempted bank.pay(account) within 1h) >= 2', ['bank.pay', 'odd.list']],
    [
        'deny bank.pay when once attempted bank.pay(account) by caller where amount > call.amount',
        ['bank.pay', 'odd.list']
    ],
    ['deny bank.pay when total(attempted bank.pay.amount within 1h) > 30 or amount > 2', ['bank.pay', 'odd.list']],
    ['deny bank.pay when count(distinct account of attempted bank.pay) >= 2 or amount > 2', ['bank.pay', 'odd.list']],
    ['deny books.move when total(books.move.delta within 1h) > 0', ['books.move', 'books.lend']],
    ['deny books.lend when total(bank.pay.amount within 1h) + amount > 5', ['books.lend', 'books.move', 'bank.pay']],
    [
        'require approval by user for bank.pay when amount > 2\ndeny bank.close when count(bank.pay) >= 3',
        ['bank.pay', 'bank.close']
    ],
    [
        'require approval by user for bank.pay\nrequire once bank.pay(account) within 5m for bank.close',
        ['bank.pay', 'bank.close']
    ],
    ['deny shop.order when to.city == "x" and once bank.read', ['shop.order', 'bank.read']],
    ['limit total(bank.pay.amount) to 6 per account within 1h', ['bank.pay']],
    ['deny books.lend when total(books.lend.amount within 1h) > 5 or amount == 3', ['books.lend', 'books.move']],
    ['deny bank.pay unless last is bank.verify', ['bank.pay', 'bank.verify', 'bank.read']],
    ['deny bank.pay when last is bank.read by any agent', ['bank.pay', 'bank.read', 'delegation']],
    ['deny bank.pay when once delegate to helper', ['bank.pay', 'bank.read', 'delegation']]
];

/** Rules for `bank.pay` that Dogwood can express exactly. */
const EXACT = [
    'require once bank.verify(account) within 5m for bank.pay',
    'require once bank.verify then bank.read within 10m for bank.pay',
    'deny bank.pay when once bank.close(account)',
    'deny bank.pay when bank.close since bank.verify within 10m',
    'deny bank.pay unless bank.verify since bank.close within 5m',
    'deny bank.pay unless no bank.close(account) since bank.verify(account) within 10m',
    'deny bank.pay when no bank.verify since bank.close',
    'deny bank.pay when carries private',
    'deny bank.pay when count(bank.verify(account) within 5m) == 1 or count(bank.read since bank.close) >= 3',
    'deny bank.pay unless count(bank.verify since bank.close) < 2',
    'deny bank.pay when count(distinct account of bank.verify within 2h) >= 2',
    'deny bank.pay when once bank.close where (force and account == call.account)',
    'require approval by user for bank.pay when once bank.read by caller within 5m',
    'order bank.verify before bank.pay',
    'limit bank.pay to 2 per account within 5m',
    'limit total(bank.pay.amount) to 5 per account within 5m',
    'limit bank.pay to 3'
];

describe('policies in Dogwood', () => {
    test.each(partOf(EXACT, 8))('decide the same if calls succeed: %s', async (rule) => {
        const game = await Game.of(`allow any agent: bank.*\n${rule}`);
        expect(game.text).not.toMatch(/Stricter|Narrower|Left out/);
        const calls = { allowed: 0, denied: 0 };
        fc.assert(
            fc.property(steps(['success']), (played) => {
                const decided = game.play(played).filter(({ tool }) => tool === 'bank.pay');
                // A denied call is a request too.
                const first = decided.findIndex(({ kind }) => kind !== 'allowed');
                const alike = /^(limit|order)/.test(rule) && first >= 0 ? decided.slice(0, first + 1) : decided;
                expect(alike.map(({ permitted }) => permitted)).toEqual(alike.map(({ kind }) => kind === 'allowed'));
                calls.allowed += alike.filter(({ permitted }) => permitted).length;
                calls.denied += alike.filter(({ permitted }) => !permitted).length;
            }),
            { numRuns: runs(12), seed: 1 }
        );
        expect(Math.min(calls.allowed, calls.denied)).toBeGreaterThan(more(2));
    });

    test.each(
        partOf(
            CONDITIONS.map((condition, index) => [condition('E', 'F', 'E'), condition, index] as const),
            4
        )
    )('permit nothing that a session denies: %s', async (_, condition, index) => {
        const events = fc.tuple(fc.constantFrom(...EVENTS), fc.constantFrom(...BEGINNINGS), fc.constantFrom(...LAST));
        const calls = { permitted: 0, denied: 0 };
        for (const [at, shape] of [...SHAPES.entries()].filter(([at]) => IS_DEEP || at === index % SHAPES.length)) {
            const [one, other] = fc.sample(events, { numRuns: 2, seed: index * SHAPES.length + at });
            const game = await Game.of(shape(condition(...one!), condition(...other!)));
            fc.assert(
                fc.property(steps(MIXED), (played) => {
                    const decided = game.play(played).filter(({ tool }) => tool === 'bank.pay');
                    calls.permitted += decided.filter(({ permitted }) => permitted).length;
                    calls.denied += decided.filter(({ kind }) => kind !== 'allowed').length;
                }),
                { numRuns: runs(3), seed: 1 }
            );
        }
        expect(Math.min(calls.permitted, calls.denied)).toBeGreaterThan(more(2));
    });

    test.each(partOf(WITH_MORE, 8))('permit nothing that a session denies: %s, with %j', async (rules, tools) => {
        const game = await Game.of(`allow any agent: *.*\n${rules}`, tools);
        const seen = { permitted: 0, denied: 0 };
        fc.assert(
            fc.property(steps(MIXED, tools), (played) => {
                for (const { permitted, kind } of game.play(played)) {
                    seen.permitted += permitted ? 1 : 0;
                    seen.denied += kind === 'denied' ? 1 : 0;
                }
            }),
            { numRuns: runs(20), seed: 1 }
        );
        expect(Math.min(seen.permitted, seen.denied)).toBeGreaterThan(more(5));
    });

    test('compare no earlier text with escapes, which engines read differently', async () => {
        const rule = 'deny bank.close when once bank.verify where account ==';
        const asked = await Game.of(`allow any agent: bank.*\n${rule} "x"`);
        const unasked = await Game.of(`allow any agent: bank.*\n${rule} "x\\\\"`);
        expect(asked.text).toContain('{ input.account: "x" }');
        expect(unasked.text).toContain('// Stricter: Dogwood cannot express everything that `where` reads.');
    });

    test('state what counts, and what is lost', async () => {
        const { text } = await Game.of(
            'allow clerk: bank.pay when once bank.verify(account) within 1h or latest bank.pay.amount > 3\n' +
                'deny bank.close when carries private and force\n' +
                'deny bank.read when once ticket and count(bank.pay within 1d) > 2'
        );
        expect(text.slice(text.indexOf('\n\n') + 2))
            .toBe(`// gate.guardrail:16: allow clerk: bank.pay when once bank.verify(account) within 1h or latest bank.pay.amount > 3
// Narrower: Dogwood cannot express the latest event.
@line("16")
permit (principal == Agent::"clerk", action == Action::"bank.pay", resource)
when { context.input.account like "*" && context.input.amount >= 0 && context.input.amount <= 9 && (if context.input has note then context.input.note like "*" else true) && context.session.role like "*" }
when temporal { exists (id: String). (formerly within 1h Action::"bank.verify"::request{ input.account: context.input.account, requestId: id } && formerly within 1h Action::"bank.verify"::response{ requestId: id }) };

// gate.guardrail:17: deny bank.close when carries private and force
@line("17")
forbid (principal, action == Action::"bank.close", resource)
when { temporal { formerly within 36500d Action::"bank.read"::request{ callerPrincipal: principal } } && context.input.force == true };

// gate.guardrail:18: deny bank.read when once ticket and count(bank.pay within 1d) > 2
// Stricter: Dogwood cannot express events from outside.
@line("18")
forbid (principal, action == Action::"bank.read", resource)
when temporal { (count for (t: Timepoint). where (formerly within 1d (Action::"bank.pay"::request{} && tp(t)))) >= 3 };
`);
    });
});
