/**
 * Tests that the initial values that a session depends on are shown with it: the constants of the session, and the
 * clock.
 */
import { expect, test } from 'vitest';
import { checkPolicy } from '../../server/checker/check.js';
import { policyOf } from '../support/policies.js';

test('a session without steps shows its start', async () => {
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

const OFFICE = `policy Office
timezone "Europe/Berlin"
session user: string { role: "admin" | "clerk" }
agent a
server s { tool open()  tool pay() }
allow a: s.open
allow a: s.pay when session.user.role == "clerk" and day in sat and time in 10:00..12:00
claim "as anyone": never s.open unless session.user == "root"
claim "on no saturday": never s.pay after s.open
claim "of root": always session.user == "root"
claim "whoever": never s.open`;

test('the relevant constants, each attribute with its parent, and the clock', async () => {
    const starts = checkPolicy(await policyOf(OFFICE)).claims.map(({ trace }) => trace!.start?.text);
    expect(starts).toEqual([
        expect.stringMatching(/^with user: "(?!root)\w+", on mon/),
        expect.stringMatching(/^with user: "\w+" \{ role: "clerk" \}, on \w{3} 2\d{3}-\d\d-\d\d \d\d:\d\d/),
        expect.stringMatching(/^with user: "(?!root)\w+", on mon/),
        'on mon 2026-01-05 00:00'
    ]);
});

test('the clock time at each step', async () => {
    const { trace } = checkPolicy(await policyOf(OFFICE)).claims[1]!;
    const last = trace!.steps.at(-1)!;
    const moment = new Date((trace!.start!.epoch! + last.time) * 1000);
    const shown = moment.toLocaleString('sv', { timeZone: 'Europe/Berlin', dateStyle: 'short', timeStyle: 'short' });
    expect(last.clock!.text).toBe(`sat ${shown}`);
});

test('a forbidden state that time alone leads to', async () => {
    const policy = await policyOf(`policy Later
timezone "Europe/Berlin"
agent a
server s { tool go() }
allow a: s.go
claim "within a time": always (once s.go implies once s.go within 5m)
claim "out of hours": always (time in 09:00..17:00 implies not once s.go)
claim "at once": always not once s.go`);
    const said = checkPolicy(policy).claims.map(({ trace }) => trace!.summary);
    expect(said).toEqual([
        'It is no longer true 5 minutes 1 second after s.go.',
        'It is no longer true 9 hours after s.go, on mon 2026-01-05 09:00.',
        'It is no longer true after s.go.'
    ]);
});
