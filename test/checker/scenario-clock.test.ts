/** `at` in a scenario: the next moment at which the clock shows it, also on days on which the clocks change. */
import { expect, test } from 'vitest';
import { nextShown } from '../../server/checker/scenario-clock.js';
import type { ScenarioStep } from '../../server/model/policy.js';
import { policyOf } from '../support/policies.js';

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
