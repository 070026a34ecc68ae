/**
 * Tests the messages about words and forms of other languages, on the rows of mistakes.txt. A row has the wrong text,
 * then the code and the marked part, then the text after the preferred quick fix (`-` if there is none). A `\n` is a
 * line break.
 */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import type { Opened } from '../../support.js';
import { open, textIn } from '../../support.js';
import { diagnosticsOf, fixesFor, textsAfter } from './support.js';

const HEAD = `policy P
timezone "Europe/Berlin"
label private
trait production
server s {
  tool read(id: string, url: string) reads private returns (owner: string, items: string[])
  tool send(to: string, amount: int, path: string, n: int, q?: string, ids: string[])
  tool run(cmd: string)
  tool t()
}
agent bot
human boss
session tenant: string
session user: string
session quota: int
session root: string
allow bot: s.*
`;

const ROWS = readFileSync(new URL('mistakes.txt', import.meta.url), 'utf8')
    .trimEnd()
    .split('\n');
const CASES = Array.from({ length: ROWS.length / 3 }, (_, index) => {
    const [wrong = '', problem = '', right = ''] = ROWS.slice(3 * index, 3 * index + 3);
    const [, code = '', marked = ''] = /^ {4}(\w+) «(.*)»$/.exec(problem) ?? [];
    return { wrong, code, marked: written(marked), right: written(right.slice(4)) };
});

test.each(CASES)('$wrong', async ({ wrong, code, marked, right }) => {
    const files = { 'main.guardrail': `${HEAD}${written(wrong)}\n` };
    const opened = await open(files);
    const found = ofLines(opened).find((one) => one.code === code && textIn(opened.document, one.range) === marked);
    expect(
        found,
        ofLines(opened)
            .map((one) => `${one.code} «${textIn(opened.document, one.range)}»`)
            .join('\n')
    ).toBeDefined();
    const [fix] = await fixesFor(opened, found!);
    const isOffered = fix !== undefined && fix.command === undefined;
    expect(isOffered).toBe(right !== '-');
    if (isOffered) {
        const after = await textsAfter(opened, fix, files);
        expect(after['main.guardrail']).toBe(`${HEAD}${right}\n`);
        const errors = (text: Opened): number => text.document.parseResult.parserErrors.length;
        expect(errors(await open(after))).toBeLessThanOrEqual(errors(opened));
    }
});

/** Each is unfinished, or has a word in the wrong place; `to` is a parameter, and no tool. */
const UNFINISHED = [
    'deny any tool within',
    'deny any tool to',
    'deny s.send where',
    'allow bot: s.send when',
    'limit s.send to 3 per',
    'require approval by boss for s.send valid',
    'claim: never s.send until',
    'group g = s.read for',
    'deny s.send then s.read'
];

test.each(UNFINISHED)('no fix of `%s` takes a word of the language for a name', async (line) => {
    const files = { 'main.guardrail': `${HEAD}${line}\n` };
    const opened = await open(files);
    const problems = ofLines(opened).filter(({ code }) => code === 'GR102');
    expect(problems).not.toEqual([]);
    for (const problem of problems) {
        for (const fix of await fixesFor(opened, problem)) {
            const after = await open(await textsAfter(opened, fix, files));
            const named = ofLines(after).map(({ code, range }) => `${code} ${textIn(after.document, range)}`);
            expect(named.filter((one) => /^GR20\d (?!s\b)[a-z]+$/.test(one))).toEqual([]);
            // Without the word, the statement may say more than was meant.
            expect([fix.title, fix.isPreferred && /^Remove/.test(fix.title)]).not.toContain(true);
        }
    }
});

/** The diagnostics after the head, without the hints about unused declarations. */
function ofLines(opened: Opened): ReturnType<typeof diagnosticsOf> {
    const from = HEAD.split('\n').length - 1;
    return diagnosticsOf(opened).filter(({ range, code }) => range.start.line >= from && code !== 'GR408');
}

function written(text: string): string {
    return text.replaceAll('\\n', '\n');
}
