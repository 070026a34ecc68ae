/**
 * Tests every quick fix on the texts of fixes/*.guardrail: the problem (the first diagnostic of the code in the file),
 * the title of the action, and the text after it. Each fix is applied and checked again: the diagnostic is gone and
 * there is no new error. The fix gives the same text with Windows line endings and with an incomplete statement at the
 * end of the file. The fixes in checked/ are for problems that the checker finds.
 */
import { readdirSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { checkPolicy } from '../../../../server/checker/check.js';
import { runRepair } from '../../../../server/lsp/repair/run.js';
import { EmptyFileSystemProvider } from 'langium';
import type { InitializeParams } from 'vscode-languageserver';
import type { Opened, Server } from '../../support.js';
import { CLIENT, open, startServer } from '../../support.js';
import { asIs, casesOf, exercised, fixed, roughly, windows } from './cases.js';
import { RESULT_FIXES } from '../../../../server/lsp/features/diagnostics/result-fixes.js';
import { partOf } from '../../../support/depth.js';
import { checked } from './support.js';

const folder = new URL('fixes/', import.meta.url);

describe.each(readdirSync(folder).sort())('%s', (name) => {
    const cases = casesOf(new URL(name, folder));

    test('has cases', () => expect(cases.length).toBeGreaterThan(0));

    test.each(cases.map((one) => [`${one.code} ${one.title}`, one] as const))('%s', async (_title, one) => {
        await fixed(one, asIs, open);
    });

    test.each(partOf(cases, 12).map((one) => [`${one.code} ${one.title}`, one] as const))(
        '%s, in a file that is being edited',
        (_title, one) => fixed(one, roughly, open)
    );
});

const checkedFolder = new URL('checked/', import.meta.url);

/** A server that checks and repairs synchronously, in this thread. */
let checking: Promise<Server> | undefined;

function confirming(client: InitializeParams): InitializeParams {
    const { workspace, ...others } = client.capabilities;
    const workspaceEdit = { ...workspace?.workspaceEdit, changeAnnotationSupport: {} };
    return { ...client, capabilities: { ...others, workspace: { ...workspace, workspaceEdit } } };
}

async function openChecked(files: Parameters<typeof open>[0]): Promise<Opened> {
    checking ??= startServer(
        {
            start: (policy, limits) => ({
                outcome: Promise.resolve({ kind: 'done', result: checkPolicy(policy, { limits }) }),
                cancel: () => undefined
            }),
            dispose: () => Promise.resolve()
        },
        {
            // The author confirms changes that the title did not announce.
            client: confirming(CLIENT),
            repairHost: {
                start: (order) => ({
                    outcome: runRepair(order, new EmptyFileSystemProvider()),
                    cancel: () => undefined
                }),
                dispose: () => Promise.resolve()
            }
        }
    );
    const opened = await open(files, await checking);
    await checked(opened);
    return opened;
}

describe.each(readdirSync(checkedFolder).sort())('%s', (name) => {
    const cases = casesOf(new URL(name, checkedFolder));

    test.each(cases.map((one) => [`${one.code} ${one.title}`, one] as const))('%s', async (_title, one) => {
        await fixed(one, asIs, openChecked);
        await fixed(one, windows, openChecked);
    });
});

test('each fix of a result has a case', () => {
    const all = new Set(Object.values(RESULT_FIXES).flat());
    expect([...all].filter((fixes) => !exercised.has(fixes))).toEqual([]);
});
