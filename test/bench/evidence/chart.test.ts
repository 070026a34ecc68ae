/** Tests the chart of docs/evidence.md. */
import { expect, test } from 'vitest';
import { chart, type Curve, type Mark } from '../../../bench/evidence/chart.js';

const marks: readonly Mark[] = [
    { name: 'none', through: 0.2, done: 0.5, questions: 0, isOurs: false },
    { name: 'same & more', through: 0.2, done: 0.5, questions: 0, isOurs: false },
    { name: 'ours', through: 0, done: 0.5, questions: 1.5, isOurs: true }
];
const curves: readonly Curve[] = [
    {
        name: 'github, 0-9',
        isNew: false,
        points: [
            { questions: 1, through: 0 },
            { questions: 0, through: 0.5 }
        ]
    },
    { name: 'github, 10-19', isNew: true, points: [{ questions: 2, through: 0 }] }
];
const svg = chart(marks, curves);

function labels(text: string): { readonly y: number; readonly name: string }[] {
    return [...text.matchAll(/<text [^>]*y="([\d.]+)"[^>]*>([^<]*)</g)].map(([, y, name]) => ({
        y: Number(y),
        name: name!
    }));
}

test('has a mark for each defence and each point', () => {
    expect(svg.match(/<circle /g)).toHaveLength(marks.length + 3);
    expect(svg.match(/<polyline /g)).toHaveLength(curves.length);
    expect(svg.match(/stroke-dasharray/g)).toHaveLength(1);
});

test('places marks by what they measure, the best at the top left', () => {
    const places = [...svg.matchAll(/<circle cx="([\d.]+)" cy="([\d.]+)" r="([\d.]+)"/g)].map((match) =>
        match.slice(1).map(Number)
    );
    const [none, , ours] = places as [number[], number[], number[]];
    expect(ours[0]).toBeLessThan(none[0]!);
    expect(ours[1]).toBe(none[1]);
    expect(ours[2]).toBeGreaterThan(none[2]!);
});

test('keeps labels apart, and escapes them', () => {
    const named = labels(svg).filter(({ name }) => /^(none|same|ours)/.test(name));
    expect(named.map(({ name }) => name)).toEqual(['none', 'same &amp; more', 'ours, 1.50 questions']);
    const heights = named.map(({ y }) => y).sort((a, b) => a - b);
    expect(heights.slice(1).every((y, at) => y - heights[at]! >= 14)).toBe(true);
});
