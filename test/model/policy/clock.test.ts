/**
 * Compares the clock in time zones with instants derived from the rules of the zones and with the platform's local
 * time.
 */
import fc from 'fast-check';
import { afterAll, describe, expect, test } from 'vitest';
import { LONGEST } from '../../../language/parser/values.js';
import type { Clock, Weekday } from '../../../server/model/policy/clock.js';
import {
    clockAt,
    isDateIn,
    isDayIn,
    isTimeIn,
    isTimezone,
    parseClockTime,
    parseDate,
    parseDay,
    periodAt,
    WEEKDAYS
} from '../../../server/model/policy/clock.js';
import { firstDate, shown as shownByPlatform } from '../../oracle/clock.js';
import { partOf, SEED } from '../../support/depth.js';

const seconds = (utc: string): number => Date.parse(utc) / 1000;
const shown = ({ date, day, second }: Clock): string =>
    `${WEEKDAYS[day]} ${date} ${new Date(second * 1000).toISOString().slice(11, 19)}`;

describe('the clock', () => {
    test.each([
        ['1970-01-01T00:00:00Z', 'UTC', 'thu 1970-01-01 00:00:00'],
        ['1969-12-31T23:59:59Z', 'UTC', 'wed 1969-12-31 23:59:59'],
        ['2024-02-29T12:00:00Z', 'UTC', 'thu 2024-02-29 12:00:00'],
        ['2026-03-29T00:59:59Z', 'Europe/Berlin', 'sun 2026-03-29 01:59:59'],
        ['2026-03-29T01:00:00Z', 'Europe/Berlin', 'sun 2026-03-29 03:00:00'],
        ['2026-10-25T00:59:59Z', 'Europe/Berlin', 'sun 2026-10-25 02:59:59'],
        ['2026-10-25T01:00:00Z', 'Europe/Berlin', 'sun 2026-10-25 02:00:00'],
        ['2026-12-31T23:00:00Z', 'Europe/Berlin', 'fri 2027-01-01 00:00:00'],
        ['2026-03-08T06:59:59Z', 'America/New_York', 'sun 2026-03-08 01:59:59'],
        ['2026-03-08T07:00:00Z', 'America/New_York', 'sun 2026-03-08 03:00:00'],
        ['2026-11-01T06:00:00Z', 'America/New_York', 'sun 2026-11-01 01:00:00'],
        ['2026-07-01T00:00:00Z', 'Asia/Kathmandu', 'wed 2026-07-01 05:45:00'],
        // Daylight saving time is half an hour there.
        ['2026-04-04T14:59:59Z', 'Australia/Lord_Howe', 'sun 2026-04-05 01:59:59'],
        ['2026-04-04T15:00:00Z', 'Australia/Lord_Howe', 'sun 2026-04-05 01:30:00'],
        // The thirtieth was skipped there.
        ['2011-12-30T09:59:59Z', 'Pacific/Apia', 'thu 2011-12-29 23:59:59'],
        ['2011-12-30T10:00:00Z', 'Pacific/Apia', 'sat 2011-12-31 00:00:00'],
        // This midnight does not exist.
        ['2018-11-04T03:00:00Z', 'America/Sao_Paulo', 'sun 2018-11-04 01:00:00'],
        // These zones have a change at 00:44:30, and an offset in seconds.
        ['1972-01-07T00:44:29Z', 'Africa/Monrovia', 'thu 1972-01-06 23:59:59'],
        ['1972-01-07T00:44:30Z', 'Africa/Monrovia', 'fri 1972-01-07 00:44:30'],
        ['2026-06-01T00:00:00Z', 'Etc/GMT+12', 'sun 2026-05-31 12:00:00'],
        ['9999-12-30T00:00:00Z', 'UTC', 'thu 9999-12-30 00:00:00'],
        ['0001-01-02T00:00:00Z', 'UTC', 'tue 0001-01-02 00:00:00']
    ])('%s in %s shows %s', (utc, zone, text) => {
        expect(shown(clockAt(seconds(utc), zone))).toBe(text);
    });

    test.each([NaN, Infinity, 0.5, -1e12, 1e12])('%s is not an instant', (instant) => {
        expect(() => clockAt(instant, 'UTC')).toThrow(RangeError);
    });

    const own = process.env['TZ'];
    afterAll(() => {
        if (own === undefined) {
            delete process.env['TZ'];
        } else {
            process.env['TZ'] = own;
        }
    });

    const zones = [
        'Europe/London',
        'America/St_Johns',
        'Africa/Casablanca',
        'Asia/Gaza',
        'Antarctica/Troll',
        'Pacific/Apia'
    ];
    test.each(partOf(zones, 3))('shows the local time in %s, near changes too', (zone) => {
        process.env['TZ'] = zone;
        const local = (instant: number): string => {
            const date = new Date(instant * 1000);
            const pad = (value: number): string => String(value).padStart(2, '0');
            const day = [date.getFullYear(), date.getMonth() + 1, date.getDate()].map(pad).join('-');
            const time = [date.getHours(), date.getMinutes(), date.getSeconds()].map(pad).join(':');
            return `${WEEKDAYS[(date.getDay() + 6) % 7]} ${day} ${time}`;
        };
        let changes = 0;
        for (let half = seconds('2010-01-01T00:00:00Z'); half < seconds('2024-01-01T00:00:00Z'); half += 1800) {
            const [before, after] = [half - 1, half].map((at) => new Date(at * 1000).getTimezoneOffset());
            if (before !== after) {
                changes++;
                for (const at of [half - 86_400, half - 1, half, half + 1, half + 86_399]) {
                    expect(shown(clockAt(at, zone))).toBe(local(at));
                }
            }
        }
        expect(changes).toBeGreaterThan(3);
        fc.assert(
            fc.property(fc.integer({ min: -1_000_000_000, max: 4_000_000_000 }), (at) => {
                expect(shown(clockAt(at, zone))).toBe(local(at));
            }),
            { seed: SEED, numRuns: 500 }
        );
    });
});

describe('periods of the calendar', () => {
    test.each([
        ['2026-01-04T22:59:59Z', 'Europe/Berlin', ['2026-01-04', '2025-12-29', '2026-01-01']],
        ['2026-01-04T23:00:00Z', 'Europe/Berlin', ['2026-01-05', '2026-01-05', '2026-01-01']],
        ['2026-05-31T21:59:59Z', 'Europe/Berlin', ['2026-05-31', '2026-05-25', '2026-05-01']],
        ['2026-05-31T22:00:00Z', 'Europe/Berlin', ['2026-06-01', '2026-06-01', '2026-06-01']],
        ['2024-02-29T12:00:00Z', 'UTC', ['2024-02-29', '2024-02-26', '2024-02-01']],
        ['2011-12-30T10:00:00Z', 'Pacific/Apia', ['2011-12-31', '2011-12-26', '2011-12-01']]
    ])('%s in %s', (utc, zone, names) => {
        expect(UNITS.map((unit) => periodAt(seconds(utc), zone, unit))).toEqual(names);
    });

    test("begin with the platform's local dates, and none is longer than its bound", () => {
        const zone = fc.constantFrom('UTC', 'Europe/Berlin', 'America/Sao_Paulo', 'Pacific/Apia', 'Asia/Kathmandu');
        const instant = fc.integer({ min: -1_000_000_000, max: 4_000_000_000 });
        fc.assert(
            fc.property(
                instant,
                zone,
                fc.constantFrom(...UNITS),
                fc.nat({ max: 60 * 86_400 }),
                (at, where, unit, later) => {
                    const [first, second] = [at, at + later].map((epoch) => periodAt(epoch, where, unit));
                    const named = [at, at + later].map((epoch) => firstDate(unit, shownByPlatform(epoch, where)));
                    expect([first, second]).toEqual(named);
                    expect(first !== second || later < LONGEST[unit]).toBe(true);
                }
            ),
            { numRuns: 200, seed: SEED }
        );
    });
});

const UNITS = ['day', 'week', 'month'] as const;

describe('time zones', () => {
    test.each([
        'Europe/Berlin',
        'europe/berlin',
        'UTC',
        'Etc/GMT+1',
        'America/Argentina/Buenos_Aires',
        'Asia/Calcutta'
    ])('%s is valid', (name) => expect(isTimezone(name)).toBe(true));
    test.each([
        '',
        'Berlin',
        '+01:00',
        '-0100',
        'Europe/',
        '/Berlin',
        'Europe/Berlin ',
        'Mars/Olympus',
        'CEST',
        'constructor'
    ])('%j is not valid', (name) => {
        expect(isTimezone(name)).toBe(false);
        expect(() => clockAt(0, name)).toThrow(RangeError);
    });
});

describe('ranges', () => {
    const at = (time: string): Clock => clockAt(seconds(`2026-01-05T${time}Z`), 'UTC');
    test.each([
        ['09:00..17:00', '08:59:59', false],
        ['09:00..17:00', '09:00:00', true],
        ['09:00..17:00', '16:59:59', true],
        ['09:00..17:00', '17:00:00', false],
        ['22:00..06:00', '21:59:59', false],
        ['22:00..06:00', '22:00:00', true],
        ['22:00..06:00', '00:00:00', true],
        ['22:00..06:00', '05:59:59', true],
        ['22:00..06:00', '06:00:00', false],
        ['18:00..24:00', '23:59:59', true],
        ['18:00..00:00', '23:59:59', true],
        ['18:00..00:00', '00:00:00', false],
        ['00:00..24:00', '00:00:00', true],
        ['00:00..24:00', '23:59:59', true],
        ['09:00..09:00', '09:00:00', false],
        ['09:00..09:00', '12:00:00', false]
    ])('time in %s at %s: %s', (range, time, expected) => {
        const [from = '', to = ''] = range.split('..');
        expect(isTimeIn(at(time), from, to)).toBe(expected);
    });

    test('an invalid time is not compared', () => {
        expect(() => isTimeIn(at('12:00:00'), '9:00', '17:00')).toThrow(RangeError);
    });

    test.each([
        ['mon..fri', 'mon tue wed thu fri'],
        ['sat..mon', 'mon sat sun'],
        ['sun..sun', 'sun'],
        ['mon..sun', 'mon tue wed thu fri sat sun'],
        ['tue..mon', 'mon tue wed thu fri sat sun']
    ])('day in %s: %s', (range, expected) => {
        const [from, to] = range.split('..') as [Weekday, Weekday];
        const days = WEEKDAYS.filter((_, day) => isDayIn({ date: '2026-01-05', day, second: 0 }, from, to));
        expect(days.join(' ')).toBe(expected);
    });

    test.each([
        ['2026-01-01..2026-02-01', '2025-12-31', false],
        ['2026-01-01..2026-02-01', '2026-01-01', true],
        ['2026-01-01..2026-02-01', '2026-01-31', true],
        ['2026-01-01..2026-02-01', '2026-02-01', false],
        ['2026-01-01..2026-01-31', '2026-01-31', false],
        ['2026-01-01..2026-01-01', '2026-01-01', false],
        ['2026-02-01..2026-01-01', '2026-03-01', false]
    ])('date in %s on %s: %s', (range, date, expected) => {
        const [from = '', to = ''] = range.split('..');
        expect(isDateIn({ date, day: 0, second: 0 }, from, to)).toBe(expected);
    });
});

describe('texts', () => {
    test.each([
        ['00:00', 0],
        ['09:30', 570],
        ['23:59', 1439],
        ['24:00', 1440]
    ])('%s is a time', (text, minutes) => expect(parseClockTime(text)).toBe(minutes));
    test.each(['', '9:30', '24:01', '25:00', '12:60', '12:00:00', ' 12:00', '12:00\n', '-1:00', '٠٩:٠٠', '1200'])(
        '%j is not a time',
        (text) => expect(parseClockTime(text)).toBeUndefined()
    );
    test.each([
        ['1970-01-01', 0],
        ['1969-12-31', -1],
        ['2024-02-29', 19_782],
        ['0001-01-01', -719_162],
        ['9999-12-31', 2_932_896]
    ])('%s is a date', (text, days) => expect(parseDate(text)).toBe(days));
    test.each([
        '',
        '2026-1-1',
        '2026-02-29',
        '2026-02-30',
        '2026-13-01',
        '2026-00-01',
        '2026-01-00',
        '2026-01-01T',
        '0000-01-01',
        '26-01-01',
        '+002026-01-01'
    ])('%j is not a date', (text) => expect(parseDate(text)).toBeUndefined());
    test('days', () =>
        expect(['mon', 'sun', 'Mon', 'monday', ''].map(parseDay)).toEqual([0, 6, undefined, undefined, undefined]));
});
