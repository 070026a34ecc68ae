/** A session that breaks a claim before anything happens depends on when it starts: it says so. */
import { expect, test } from 'vitest';
import { checkPolicy } from '../../server/checker/check.js';
import { policyOf } from '../support/policies.js';

test('a session without steps says how it starts', async () => {
    const policy = await policyOf(`policy Starts
timezone "UTC"
agent a
server s { tool t() }
allow a: s.t
claim "weekdays": always day in mon..fri`);
    const [weekdays] = checkPolicy(policy).claims;
    expect([weekdays!.verdict, weekdays!.trace!.steps]).toEqual(['violated', []]);
    const day = new Date(weekdays!.trace!.start!.epoch! * 1000).getUTCDay();
    expect([0, 6]).toContain(day);
});
