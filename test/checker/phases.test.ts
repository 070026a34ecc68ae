/** Compares the possible values of the clock with a walk over instants with another clock. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Phases } from '../../server/checker/reductions/environment/phases.js';
import { placed } from '../../server/checker/system/placed.js';
import type { ClockCondition } from '../../server/model/conditions/clock-conditions.js';
import type { Shown } from '../oracle/clock.js';
import { isDateIn, isDayIn, isTimeIn, shown } from '../oracle/clock.js';

const DAYS = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const;
const TIMES = ['00:00', '00:30', '01:30', '02:00', '02:30', '03:00', '09:00', '22:00', '23:30'];
/** The dates around changes of the clocks in Europe and on Lord Howe Island, where they change by half an hour. */
const DATES = [
    '2026-03-28',
    '2026-03-29',
    '2026-03-30',
    '2026-10-25',
    '2026-10-26',
    '2026-04-04',
    '2026-04-05',
    '2026-04-06'
];
const ZONES = ['Europe/Berlin', 'Australia/Lord_Howe', 'America/New_York', 'Asia/Kolkata', 'UTC'];

const condition: fc.Arbitrary<ClockCondition> = fc.oneof(
    fc.tuple(fc.constantFrom(...TIMES), fc.constantFrom(...TIMES, '24:00')).map(([from, to]) => ({
        op: 'time in' as const,
        from,
        to
    })),
    fc
        .tuple(fc.constantFrom(...DAYS), fc.constantFrom(...DAYS))
        .map(([from, to]) => ({ op: 'day in' as const, from, to })),
    fc
        .tuple(fc.constantFrom(...DATES), fc.constantFrom(...DATES))
        .map(([from, to]) => ({ op: 'date in' as const, from, to }))
);
const conditions = fc.uniqueArray(condition, { minLength: 1, maxLength: 4, selector: (one) => JSON.stringify(one) });

/** The other clock is slow, so its results are cached. */
const known = new Map<string, Shown>();

function holds(one: ClockCondition, epoch: number, zone: string): boolean {
    const key = `${epoch} ${zone}`;
    const { time, day, date } = known.get(key) ?? shown(epoch, zone);
    known.set(key, { time, day, date });
    switch (one.op) {
        case 'time in':
            return isTimeIn(time, one.from, one.to);
        case 'day in':
            return isDayIn(day, one.from, one.to);
        case 'date in':
            return isDateIn(date, one.from, one.to);
    }
}

/** The values of all conditions together, by phase number. */
function combinations(phases: Phases, asked: readonly ClockCondition[]): string[] {
    const said = asked.map((one) => new Set(phases.of(one)));
    return Array.from({ length: phases.count }, (_, phase) => said.map((set) => Number(set.has(phase))).join(''));
}

test('some instant has each phase', () => {
    fc.assert(
        fc.property(conditions, fc.constantFrom(...ZONES), (asked, zone) => {
            const found = combinations(new Phases(zone, asked), asked);
            const walked = new Set<string>();
            // The walk takes half-hour steps around the dates in conditions, and over a week without one.
            for (const start of [Date.UTC(2026, 2, 26), Date.UTC(2026, 9, 23), Date.UTC(2026, 6, 1)]) {
                for (let half = 0; half < 48 * 15; half++) {
                    const epoch = start / 1000 + half * 1800;
                    walked.add(asked.map((one) => Number(holds(one, epoch, zone))).join(''));
                }
            }
            expect(new Set(found).size).toBe(found.length);
            expect([...walked].filter((one) => !found.includes(one))).toEqual([]);
            expect(asked.some(({ op }) => op === 'date in') || found.every((one) => walked.has(one))).toBe(true);
        }),
        { numRuns: 40, seed: 20_261_125 }
    );
});

test('the next instant of a phase is in it, and no earlier one is', () => {
    fc.assert(
        fc.property(conditions, fc.constantFrom(...ZONES), fc.nat({ max: 15 * 48 }), (asked, zone, half) => {
            const phases = new Phases(zone, asked);
            const wanted = combinations(phases, asked);
            const from = Date.UTC(2026, 2, 26) / 1000 + half * 1800;
            for (let phase = 0; phase < phases.count; phase++) {
                const next = phases.next(phase, from);
                const isIn = (epoch: number): boolean =>
                    asked.map((one) => Number(holds(one, epoch, zone))).join('') === wanted[phase];
                if (next !== undefined) {
                    expect(next).toBeGreaterThanOrEqual(from);
                    expect(isIn(next)).toBe(true);
                }
                const until = Math.min(next ?? Infinity, from + 3 * 86_400);
                for (let epoch = from; epoch < until; epoch += 1800) {
                    expect(isIn(epoch)).toBe(false);
                }
            }
        }),
        { numRuns: 25, seed: 20_261_125 }
    );
});

test('a past day does not recur', () => {
    const asked: ClockCondition[] = [
        { op: 'date in', from: '2026-03-29', to: '2026-03-30' },
        { op: 'time in', from: '02:00', to: '03:00' }
    ];
    const phases = new Phases('Europe/Berlin', asked);
    // The hour was skipped on this day.
    expect(combinations(phases, asked).sort()).toEqual(['00', '01', '10']);
    const day = combinations(phases, asked).indexOf('10');
    expect(phases.next(day, Date.UTC(2026, 2, 30) / 1000)).toBe(undefined);
    const other = combinations(phases, asked).indexOf('00');
    const step = (phase: number) => ({ guards: [], moves: [], phase });
    expect(placed([step(day), step(other), step(day)], phases)).toBe(undefined);
    const found = placed([step(other), step(day), step(other)], phases)!;
    expect(found.times.map((time) => shown(found.epoch + time, 'Europe/Berlin').date)[1]).toBe('2026-03-29');
});
