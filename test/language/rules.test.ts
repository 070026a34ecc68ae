/**
 * Tests every validation on the texts of fixtures/rules. « and » enclose what a diagnostic must mark; its code,
 * severity and a part of its message are at the end of the line in which it starts, after `//!`. Nothing else may be
 * reported: a text headed `right` has no diagnostics at all. (Only those hints count that the file is about.)
 */
import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test, vi } from 'vitest';
import { lower } from '../../language/lower/index.js';
import { RULES } from '../../language/validations/index.js';
import type { Files } from './support.js';
import { build, textOf } from './support.js';
import { partOf } from '../support/depth.js';

const folder = new URL('fixtures/rules/', import.meta.url);
const SEVERITIES = ['', 'error', 'warning', 'info', 'hint'];

interface Case {
    readonly title: string;
    readonly files: Files;
    readonly expected: readonly string[];
    /** The parts of messages, by the marks that they belong to. */
    readonly parts: readonly string[];
}

function casesOf(text: string): Case[] {
    const [first = '', ...sections] = text.split(/^\/\/\/\/ (?=wrong|right)/m);
    const prelude = first.replace(/^\/\/\/\/.*\n/, '');
    return sections.map((section) => {
        const [title = '', ...lines] = section.split('\n');
        const [main = '', ...others] = lines.join('\n').split(/^\/\/\/\/ file /m);
        const withPrelude = /^\s*policy/m.test(main) || others.length > 0 ? main : prelude + main;
        const { clean, expected, parts } = unmark(withPrelude);
        const imported = others.map((other) => {
            const end = other.indexOf('\n');
            return [other.slice(0, end), other.slice(end + 1)];
        });
        return {
            title: title.trim(),
            files: { 'main.guardrail': clean, ...(Object.fromEntries(imported) as Files) },
            expected,
            parts
        };
    });
}

function unmark(text: string): { clean: string; expected: string[]; parts: string[] } {
    const expected: string[] = [];
    const parts: string[] = [];
    const open: { index: number; start: string }[] = [];
    const notes: string[] = [];
    const clean = text.split('\n').map((line, number) => {
        const [code = '', ...comments] = line.split(/ *\/\/! /);
        let plain = '';
        let started = expected.length;
        for (const character of code) {
            if (character === '«') {
                open.push({ index: expected.length, start: `${number + 1}:${plain.length + 1}` });
                expected.push('');
                parts.push('');
            } else if (character === '»') {
                const mark = open.pop();
                expect(mark, `» without « in line ${number + 1}`).toBeDefined();
                expected[mark!.index] = `${mark!.start}-${number + 1}:${plain.length + 1}`;
            } else {
                plain += character;
            }
        }
        for (const comment of comments) {
            const [, label = '', part = ''] = /^(GR\d{3} \w+) ?(.*)$/.exec(comment.trim()) ?? [];
            notes[started] = label;
            parts[started] = part;
            started++;
        }
        return plain;
    });
    return {
        clean: clean.join('\n'),
        expected: expected.map((range, index) => `${range} ${notes[index]}`),
        parts
    };
}

describe.each(RULES.map((rule) => [rule.codes.join(', '), rule] as const))('%s', (_, rule) => {
    const file = readdirSync(folder).find((name) => name === `${rule.codes[0]}.guardrail`);
    const cases = file ? casesOf(readFileSync(new URL(file, folder), 'utf8')) : [];

    test.each(cases.map((one) => [one.title, one] as const))('%s', async (_title, one) => {
        const { diagnostics, file, services } = await build(one.files);
        const found = diagnostics
            .filter(({ severity, code }) => severity !== 4 || rule.codes.includes(String(code)))
            .map((diagnostic) => {
                const { start, end } = diagnostic.range;
                const place = `${start.line + 1}:${start.character + 1}-${end.line + 1}:${end.character + 1}`;
                return {
                    label: `${place} ${diagnostic.code} ${SEVERITIES[diagnostic.severity ?? 0]}`,
                    message: textOf(diagnostic)
                };
            });
        expect(
            found.map(({ label, message }) => (one.expected.includes(label) ? label : `${label} ${message}`)).sort()
        ).toEqual([...one.expected].sort());
        for (const [index, label] of one.expected.entries()) {
            const messages = found.filter((other) => other.label === label).map(({ message }) => message);
            expect(messages.join('\n')).toContain(one.parts[index]);
        }
        // A text that no validation rejects has a meaning.
        if (file.policy && diagnostics.every(({ severity }) => severity !== 1)) {
            expect(lower(file, services).name).toBe(file.policy.name);
        }
    });

    test('every code has a wrong text, and right texts exist', () => {
        const found = cases.flatMap((one) => one.expected.map((label) => label.split(' ')[1]));
        expect([...new Set(found)].filter((code) => rule.codes.includes(code!)).sort()).toEqual([...rule.codes].sort());
        expect(cases.some((one) => one.title.startsWith('right'))).toBe(true);
    });
});

test('every prefix of every fixture is validated without an exception', async () => {
    const complaints = vi.spyOn(console, 'error').mockImplementation(() => undefined);
    let open = 0;
    // A build tries places where a condition is missing: those that end a `where`, and some others.
    const isTried = (text: string): boolean =>
        /\bwhere [^()\n]* and$/.test(text) || (/\b(and|or|when|where|unless)$/.test(text) && open++ % 12 === 0);
    for (const name of readdirSync(folder)) {
        for (const one of casesOf(readFileSync(new URL(name, folder), 'utf8'))) {
            const main = one.files['main.guardrail']!;
            const ends = Array.from(main.matchAll(/(?<=\w)\W/g), (match) => match.index);
            for (const end of partOf(ends, (at) => isTried(main.slice(0, at)))) {
                const { diagnostics } = await build({ ...one.files, 'main.guardrail': main.slice(0, end) });
                const messages = diagnostics.map(textOf).filter((text) => text.includes('An error occurred'));
                expect(messages, main.slice(0, end)).toEqual([]);
            }
        }
    }
    expect(complaints.mock.calls).toEqual([]);
    complaints.mockRestore();
});
