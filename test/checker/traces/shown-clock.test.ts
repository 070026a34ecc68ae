/** Tests `at` in a scenario: the next moment at which the clock shows it, including on days when the clocks change. */
import { expect, test } from 'vitest';
import { nextShown } from '../../../server/checker/traces/shown-clock.js';
import { clockAt } from '../../../server/model/policy/clock.js';
import type { ScenarioStep } from '../../../server/model/policy/policy.js';
import { policyOf } from '../../support/policies.js';

const policy = await policyOf('policy P\ntimezone "Europe/Berlin"\nagent a\n');
const utc = (text: string): number => Date.parse(`${text}Z`) / 1000;

function at(now: string | undefined, step: { day?: 'mon' | 'sun'; date?: string; time: string }): string | undefined {
    const seconds = nextShown(policy, now === undefined ? undefined : utc(now), {
        kind: 'at',
        source: policy.source,
        text: '',
        ...step
    } satisfies ScenarioStep);
    return seconds === undefined ? undefined : new Date(seconds * 1000).toISOString().slice(0, 16);
}

test.each([
    ['without a clock, in the week of Monday', undefined, { time: '10:00' }, '2026-01-05T09:00'],
    ['without a clock, a day', undefined, { day: 'sun', time: '10:00' }, '2026-01-11T09:00'],
    ['without a clock, a date', undefined, { date: '2026-07-01', time: '10:00' }, '2026-07-01T08:00'],
    ['later today', '2026-01-05T08:00', { time: '10:00' }, '2026-01-05T09:00'],
    ['tomorrow', '2026-01-05T10:00', { time: '10:00' }, '2026-01-06T09:00'],
    ['it shows that already', '2026-01-05T09:00:30', { time: '10:00' }, '2026-01-05T09:00'],
    ['a day of next week', '2026-01-05T10:00', { day: 'mon', time: '10:00' }, '2026-01-12T09:00'],
    ['over the change of the clocks', '2026-03-28T12:00', { time: '12:00' }, '2026-03-29T10:00'],
    ['a time that the change leaves out', '2026-03-28T12:00', { time: '02:30' }, '2026-03-30T00:30'],
    ['a time that comes twice', '2026-10-24T12:00', { time: '02:30' }, '2026-10-25T00:30'],
    ['a date that is over', '2026-01-05T10:00', { date: '2026-01-04', time: '10:00' }, undefined],
    ['a time that the date leaves out', undefined, { date: '2026-03-29', time: '02:30' }, undefined]
] as const)('%s', (_, now, step, shown) => {
    expect(at(now, step)).toBe(shown);
});

/**
 * The clock times minute by minute, computed without the rules of time zones: the first match from `now` on is
 * expected.
 */
test.each([
    // The clocks go back by half an hour, by two hours, by one hour, and across the date line.
    ['Australia/Lord_Howe', '2026-04-04T12:00'],
    ['Antarctica/Troll', '2026-10-24T12:00'],
    ['Europe/Berlin', '2026-10-24T12:00'],
    ['Pacific/Apia', '2011-12-29T00:00'],
    ['America/St_Johns', '2006-10-28T12:00']
])('%s: each minute around a clock change is found as the next one', async (zone, start) => {
    const zoned = await policyOf(`policy P\ntimezone "${zone}"\nagent a\n`);
    const now = utc(start);
    const firstShown = new Map<string, number>();
    for (let at = now; at < now + 36 * 3600; at += 60) {
        const { date, second } = clockAt(at, zone);
        const key = `${date} ${second / 60}`;
        firstShown.set(key, firstShown.get(key) ?? at);
    }
    for (const [key, expected] of firstShown) {
        const [date, minute] = key.split(' ') as [string, string];
        const two = (value: number): string => String(value).padStart(2, '0');
        const time = `${two(Math.floor(Number(minute) / 60))}:${two(Number(minute) % 60)}`;
        const step = { kind: 'at', source: zoned.source, text: '', date, time } satisfies ScenarioStep;
        expect([key, nextShown(zoned, now, step)]).toEqual([key, expected]);
    }
});

test.each(['9999-12-31', '9999-12-30', '0001-01-01', '0001-01-02'])(
    '%s, at the first or last year: no failure',
    (date) => {
        const shown = nextShown(policy, undefined, {
            kind: 'at',
            source: policy.source,
            text: '',
            date,
            time: '10:00'
        });
        expect(shown === undefined || clockAt(shown, 'Europe/Berlin').date === date).toBe(true);
    }
);
