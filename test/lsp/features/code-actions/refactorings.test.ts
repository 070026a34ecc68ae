/**
 * Tests every refactoring on the texts of refactor/*.guardrail. A file has a prelude and cases: `//// title`, the text
 * with `<|>` around the selection, `//// after`, the text after it. Each refactoring is applied; then there is no new
 * error, each claim has the verdict that it had, and no session distinguishes the two policies.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { lower } from '../../../../language/lower/index.js';
import type { PolicyFile } from '../../../../language/generated/ast.js';
import { checkPolicy } from '../../../../server/checker/check.js';
import { differenceOf } from '../../../../server/checker/difference/index.js';
import type { Policy } from '../../../../server/model/policy/policy.js';
import type { Files, Opened } from '../../support.js';
import { CURSOR, open } from '../../support.js';
import { actionsAt, diagnosticsOf, newErrors, textsAfter } from './support.js';

const folder = new URL('refactor/', import.meta.url);

const MAIN = 'policies/main.guardrail';
/** The files that the texts can import. */
const OTHERS: Files = {
    'policies/a.guardrail': 'label fromA\ngroup W = mail.send\n',
    'policies/b.guardrail': 'label fromB\ngroup X = mail.send\ngroup Y = mail.send\n',
    'shared.guardrail': 'label shared\n'
};

interface Case {
    readonly title: string;
    readonly before: string;
    /** The text after it; undefined if the action is not offered. */
    readonly after?: string;
}

function casesOf(text: string): Case[] {
    const [prelude = '', ...sections] = text.split(/^\/\/\/\/ (?!after\n)/m);
    return sections.map((section) => {
        const end = section.indexOf('\n');
        const [before = '', after] = section.slice(end + 1).split(/^\/\/\/\/ after\n/m);
        const whole = (part: string): string => `${(prelude + part).trimEnd()}\n`;
        return {
            title: section.slice(0, end),
            before: whole(before),
            ...(after !== undefined && { after: whole(after) })
        };
    });
}

describe.each(readdirSync(folder).sort())('%s', (name) => {
    const cases = casesOf(readFileSync(new URL(name, folder), 'utf8'));

    test('has cases', () => expect(cases.length).toBeGreaterThan(0));

    test.each(cases.map((one, index) => [`${index + 1}: ${one.title}`, one] as const))('%s', async (_, one) => {
        const marked = await open({ [MAIN]: one.before, ...OTHERS });
        const files: Files = { [MAIN]: one.before.replaceAll(CURSOR, ''), ...OTHERS };
        const shown = diagnosticsOf(marked);
        expect(shown.filter(({ severity }) => severity === 1)).toEqual([]);
        const [start, end = start] = marked.cursors;
        const kinds = ['refactor', 'source'];
        const actions = await actionsAt(marked, { start: start!, end: end! }, [], kinds);
        const titles = actions.map(({ title }) => title);
        if (one.after === undefined) {
            expect(titles).not.toContain(one.title);
            return;
        }
        expect(titles).toContain(one.title);
        const after = await textsAfter(
            marked,
            actions.find(({ title }) => title === one.title)!,
            files
        );
        expect(after[MAIN]).toBe(one.after);
        const changed = await open(after);
        expect(newErrors(shown, diagnosticsOf(changed))).toEqual([]);
        expectSameMeaning(policyOf(await open(files)), policyOf(await open(after)));
    });
});

function expectSameMeaning(before: Policy, after: Policy): void {
    expect(differenceOf(before, after).verdict).toBe('equivalent');
    const verdicts = (policy: Policy): string[] => checkPolicy(policy).claims.map(({ verdict }) => verdict);
    expect(verdicts(after).sort()).toEqual(verdicts(before).sort());
}

function policyOf({ document, services }: Opened): Policy {
    return lower(document.parseResult.value as PolicyFile, services);
}
