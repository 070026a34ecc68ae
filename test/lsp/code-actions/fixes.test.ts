/**
 * Every quick fix on the texts of fixes/*.guardrail: the problem (the first diagnostic of the code in the file), the title of
 * the action, and the text after it. Each is applied and checked again: the diagnostic is gone and no new error is there. The
 * text is the same with the line ends of Windows and a half-typed statement at the end of the file.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { Files } from '../support.js';
import { open } from '../support.js';
import { counted, diagnosticsOf, fixesFor, newErrors, textsAfter } from './support.js';

const folder = new URL('fixes/', import.meta.url);

interface Case {
    readonly code: string;
    readonly title: string;
    readonly before: Files;
    readonly after: Files;
}

/**
 * A file has a prelude, and cases: `//// GR203 Change to \`private\``, the text before, `//// after`, the text after. A text
 * that starts with `policy` or has several files (`//// file tools.guardrail`) stands alone, without the prelude.
 */
function casesOf(text: string): Case[] {
    const [prelude = '', ...sections] = text.split(/^\/\/\/\/ (?=GR\d{3} )/m);
    return sections.map((section) => {
        const end = section.indexOf('\n');
        const [, code = '', title = ''] = /^(GR\d{3}) (.*)$/.exec(section.slice(0, end)) ?? [];
        const [before = '', after = ''] = section.slice(end + 1).split(/^\/\/\/\/ after\n/m);
        return { code, title, before: filesOf(before, prelude), after: filesOf(after, prelude) };
    });
}

function filesOf(text: string, prelude: string): Files {
    const [main = '', ...others] = text.trimEnd().split(/^\/\/\/\/ file /m);
    const standsAlone = /^\s*(\/\/[^\n]*\n)*\/\/\/\/ alone\n/.test(main);
    const own = standsAlone ? main.replace(/^\/\/\/\/ alone\n/m, '') : prelude + main;
    return {
        'main.guardrail': `${own.trimEnd()}\n`,
        ...Object.fromEntries(
            others.map((other) => [
                other.slice(0, other.indexOf('\n')),
                `${other.slice(other.indexOf('\n') + 1).trimEnd()}\n`
            ])
        )
    };
}

const windows = (files: Files): Files =>
    Object.fromEntries(Object.entries(files).map(([path, text]) => [path, text.replaceAll('\n', '\r\n')]));

const HALF_TYPED = '\nclaim "half": never\n';
const halfTyped = (files: Files): Files => ({
    ...files,
    'main.guardrail': files['main.guardrail']! + HALF_TYPED
});

const asIs = (files: Files): Files => files;
/** What is said of the policy as a whole waits for the end of the statement, and is not there. */
const roughly = (files: Files): Files => windows(halfTyped(files));

async function fixed(one: Case, as: (files: Files) => Files): Promise<void> {
    const before = as(one.before);
    const opened = await open(before);
    const shown = diagnosticsOf(opened);
    const diagnostic = shown.find(({ code }) => code === one.code);
    if (!diagnostic && as === roughly) {
        return;
    }
    expect(diagnostic, shown.map(({ code, message }) => `${code} ${JSON.stringify(message)}`).join('\n')).toBeDefined();
    const actions = await fixesFor(opened, diagnostic!);
    const action = actions.find(({ title }) => title === one.title);
    expect(action, actions.map(({ title }) => title).join('\n')).toBeDefined();
    const after = await textsAfter(opened, action!, before);
    expect(after).toEqual({ ...before, ...as(one.after) });
    if (as === roughly) {
        return;
    }
    const again = diagnosticsOf(await open(after));
    expect(counted(again).get(one.code) ?? 0).toBeLessThan(counted(shown).get(one.code)!);
    expect(newErrors(shown, again)).toEqual([]);
}

describe.each(readdirSync(folder).sort())('%s', (name) => {
    const cases = casesOf(readFileSync(new URL(name, folder), 'utf8'));

    test('has cases', () => expect(cases.length).toBeGreaterThan(0));

    test.each(cases.map((one) => [`${one.code} ${one.title}`, one] as const))('%s', async (_title, one) => {
        await fixed(one, asIs);
        await fixed(one, roughly);
    });
});
