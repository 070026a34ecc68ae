/** Measures how long a gateway waits for a decision, and for recording it, after 100,000 calls in one session. */
import { bench, describe } from 'vitest';
import { advance, initial } from '../server/model/advance.js';
import { decide } from '../server/model/decide.js';
import type { Policy } from '../server/model/policy/policy.js';
import type { Call, SessionState } from '../server/model/session/session.js';
import { policyOf } from '../test/support/policies.js';

const CALLS = 100_000;
const ACCOUNTS = 1_000;

const policies = {
    'a total and a count for each account, within 12h': `
        limit total(bank.pay.amount) to 1000000 per account within 12h
        deny bank.pay when count(bank.pay(account) within 1h) > 1000000`,
    'distinct values, totals since an event, the latest': `
        deny bank.pay when count(distinct account of bank.pay within 12h) > 1000000
        deny bank.pay when total(bank.pay.amount since bank.close) > 100000000
        deny bank.pay when latest bank.pay(account).amount > 1000`,
    'the same call': 'deny any tool when count(attempted same call within 60s) > 1000000'
};

const inventory = `policy Long
    server bank { tool pay(account: string, amount: int >= 0) tool close() }
    agent clerk
    allow clerk: bank.*`;

function callOf(index: number): Call {
    return { agent: 0, tool: 0, args: { account: `a${index % ACCOUNTS}`, amount: index % 50 } };
}

/** Makes one call per second, which is decided and ends at once. */
function pay(policy: Policy, state: SessionState, index: number): SessionState {
    const call = callOf(index);
    const decision = decide(policy, state, call);
    if (decision.kind === 'waits') {
        throw new Error('nothing runs that a decision could wait for');
    }
    const released = advance(policy, advance(policy, state, { kind: 'time', to: index }), {
        kind: 'call',
        call,
        decision
    });
    return decision.kind === 'allowed'
        ? advance(policy, released, { kind: 'end', id: released.calls - 1, outcome: 'success' })
        : released;
}

describe.each(Object.entries(policies))('%s', async (_name, rules) => {
    const policy = await policyOf(`${inventory}\n${rules}`);
    let state = initial(policy);
    for (let index = 0; index < CALLS; index++) {
        state = pay(policy, state, index);
    }

    bench('a decision', () => {
        decide(policy, state, callOf(7));
    });

    bench('a decision, the call and its end', () => {
        pay(policy, state, CALLS);
    });
});
