/**
 * Tests that for every violated claim of the examples, a checked change of the rules is proposed, or a sentence
 * explains why none was.
 */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import expected from '../examples/expected.json' with { type: 'json' };
import { edited, policyOf, repaired } from './repairs.js';
import { checkedUntimed } from '../support/checked.js';
import { IS_DEEP, partOf } from '../support/depth.js';

/** The best repair, or the reason why there is none. */
const REPAIRS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
    'coding-agent/first-try.guardrail': {
        'the shell closes after 15 minutes':
            'change line 16 to: allow coder: ops.shell when once ops.request_shell by caller within 15m'
    },
    'hand-over/first-try.guardrail': {
        'mail does not reach the site': 'add: deny site.publish when carries private'
    },
    'mail-assistant/first-try.guardrail': {
        'mail leaves only through a person': 'add: require approval by reviewer for web.fetch when once mail.read'
    },
    'mcp-servers/first-try.guardrail': {
        'what is in the files leaves only through the developer':
            'add: require approval by developer for external tools when once tools that read private'
    },
    'packages/guardrails/examples/customer-data-first-try.guardrail': {
        "nothing from the customers' database is mailed without the lead":
            'add: require approval by lead for mail.send when once crm.*'
    },
    'packages/guardrails/examples/payments-first-try.guardrail': {
        'without the lead no more than 100 is paid':
            'add: require approval by lead for billing.pay when total(billing.pay.amount) + amount > 100'
    },
    'team/first-try.guardrail': {
        'CustomerData: data of customers leaves only through a person':
            'add: require approval by lead for tickets.reply'
    },
    // The claims for which some scenario demonstrates what they forbid, so that it has to change with the rules.
    'portfolio/advisor-window.guardrail': {
        'no trade long after the advisor':
            'change line 12 to: allow client: execute_trade when once interact_advisor within 15m',
        'trades soon after the advisor':
            'change line 12 to: allow client: execute_trade when once interact_advisor within 15m'
    },
    'portfolio/as-published.guardrail': {
        'a trade is for the client of this session':
            'allow client: execute_trade when once get_market_price(symbol) within 30s and once get_client_profile(profile_id) within 24h',
        'a trade follows its price':
            'allow client: execute_trade when once get_client_profile(profile_id) within 24h and once get_market_price(symbol) within 30s'
    },
    'portfolio/trade-cap.guardrail': {
        'a session stays below 60,000': 'limit total(execute_trade.amount) to 59999'
    }
};

test('every violated claim is here', () => {
    const violated = Object.entries(expected).flatMap(([file, { claims }]) =>
        Object.entries(claims)
            .filter(([, verdict]) => verdict.startsWith('violated'))
            .map(([claim]) => `${file}: ${claim}`)
    );
    const known = Object.entries(REPAIRS).flatMap(([file, claims]) =>
        Object.keys(claims).map((claim) => `${file}: ${claim}`)
    );
    expect(known.sort()).toEqual(violated.sort());
});

/** Examples that take as long as all others. */
const SLOW = [
    'portfolio/as-published.guardrail',
    'portfolio/trade-cap.guardrail',
    'packages/guardrails/examples/payments-first-try.guardrail'
];

test.each(partOf(Object.entries(REPAIRS), ([file]) => !SLOW.includes(file)))(
    '%s',
    { timeout: 300_000 },
    async (file, claims) => {
        const path = fileURLToPath(new URL(`../../examples/${file}`, import.meta.url));
        const text = readFileSync(path, 'utf8');
        const { repairs } = await repaired(text, path, { timeoutMs: 60_000 });
        for (const { claim, repairs: proposed, reason } of repairs) {
            const [best] = proposed;
            expect(best?.contradicts.length ?? 0).toBe(file.startsWith('portfolio/') ? 1 : 0);
            expect(best?.text ?? reason).toContain(claims[claim]);
            if (best) {
                const after = checkedUntimed(await policyOf(edited(text, best), path), { claim });
                expect(after.claims.map(({ verdict }) => verdict)).toEqual([best.verdict]);
            }
        }
    }
);

// A small policy with joined lines is in repair.test.ts.
test.runIf(IS_DEEP)(
    'without the scenario that demonstrates it, two alternatives are joined',
    { timeout: 300_000 },
    async () => {
        const path = fileURLToPath(new URL('../../examples/portfolio/as-published.guardrail', import.meta.url));
        // The total is left out too, because it takes a search over concrete sessions for each change.
        const text = readFileSync(path, 'utf8')
            .replace(/^scenario[\s\S]*$/m, '')
            .replace(/^deny execute_trade when total.*$/m, '')
            .replace(/^claim "no session trades[\s\S]*?<= 60000$/m, '');
        const { repairs } = await repaired(text, path, { timeoutMs: 60_000 });
        const texts = repairs.flatMap(({ repairs: proposed }) => proposed.map((repair) => repair.text));
        expect(texts.some((one) => one.startsWith('join lines'))).toBe(true);
    }
);
