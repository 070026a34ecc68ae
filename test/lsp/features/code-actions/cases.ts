/** Reads the texts before and after a fix, and checks that the fix does what it announces. */
import { readFileSync } from 'node:fs';
import { isDeepStrictEqual } from 'node:util';
import { expect } from 'vitest';
import type { Diagnostic } from 'vscode-languageserver';
import { RESULT_FIXES } from '../../../../server/lsp/features/diagnostics/result-fixes.js';
import { problemsIn } from '../../../../server/lsp/features/code-actions/problems.js';
import type { Files, Opened } from '../../support.js';
import { counted, diagnosticsOf, fixesFor, newErrors, textsAfter } from './support.js';

export interface Case {
    readonly code: string;
    readonly title: string;
    readonly before: Files;
    readonly after: Files;
}

/**
 * A file has a prelude and cases: `//// GR203 Change to \`private\``, the text before, `//// after`, the text after. A
 * text that starts with `policy` or has several files (`//// file tools.guardrail`) is complete, without the prelude.
 */
export function casesOf(file: URL): Case[] {
    const text = readFileSync(file, 'utf8');
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

export const windows = (files: Files): Files =>
    Object.fromEntries(Object.entries(files).map(([path, text]) => [path, text.replaceAll('\n', '\r\n')]));

/** A scenario of the session is a test of the repair that has yet to be made. */
const KEEPS_DIAGNOSTIC = /^Keep this session/;

const HALF_TYPED = '\nclaim "half": never\n';
const halfTyped = (files: Files): Files => ({
    ...files,
    'main.guardrail': files['main.guardrail']! + HALF_TYPED
});

export const asIs = (files: Files): Files => files;
/** Diagnostics of the policy as a whole wait until the statement is complete, and are not present. */
export const roughly = (files: Files): Files => windows(halfTyped(files));

/**
 * The text after a fix.
 * @param open also checks the policy, if the checker finds the problem
 */
export async function fixed(
    one: Case,
    as: (files: Files) => Files,
    open: (files: Files) => Promise<Opened>
): Promise<void> {
    const before = as(one.before);
    const opened = await open(before);
    const shown = diagnosticsOf(opened);
    const diagnostic = shown.find(({ code }) => code === one.code);
    if (!diagnostic && as === roughly) {
        return;
    }
    expect(diagnostic, shown.map(({ code, message }) => `${code} ${JSON.stringify(message)}`).join('\n')).toBeDefined();
    exercise(opened, diagnostic!, one.title);
    const actions = await fixesFor(opened, diagnostic!);
    const action = actions.find(({ title }) => title === one.title);
    expect(action, actions.map(({ title }) => title).join('\n')).toBeDefined();
    const after = await textsAfter(opened, action!, before);
    // A new file has its own line endings.
    const created = Object.entries(one.after).filter(([path]) => before[path] === undefined);
    expect(after).toEqual({ ...before, ...as(one.after), ...Object.fromEntries(created) });
    if (as === roughly) {
        return;
    }
    const again = diagnosticsOf(await open(after));
    if (!KEEPS_DIAGNOSTIC.test(one.title)) {
        expect(counted(again).get(one.code) ?? 0).toBeLessThan(counted(shown).get(one.code)!);
    }
    // The scenario expects the decision that the claim wants, which the rules do not make yet.
    const expected = KEEPS_DIAGNOSTIC.test(one.title) ? ['GR595'] : [];
    expect(newErrors(shown, again).map((error) => error.slice(0, 5))).toEqual(expected);
}

/** The codes that have cases, and the fixes of results. */
export const exercised = new Set<unknown>();

function exercise({ document, services }: Opened, diagnostic: Diagnostic, title: string): void {
    exercised.add(diagnostic.code);
    const problem = problemsIn(document, services).find(
        ({ code, range }) => code === diagnostic.code && isDeepStrictEqual(range, diagnostic.range)
    );
    for (const fixes of problem?.known ? (RESULT_FIXES[problem.code] ?? []) : []) {
        if (fixes(problem!, problem!.known!, services.editing.Repairs).some((fix) => fix?.title === title)) {
            exercised.add(fixes);
        }
    }
}
