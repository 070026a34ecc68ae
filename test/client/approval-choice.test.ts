/** Tests what the editor sends to gateways for an approval: what was shown, valid for as long as the user picks. */
import { expect, onTestFinished, test, vi } from 'vitest';
import type { LogOutputChannel } from 'vscode';
import { registerApprovals } from '../../client/approvals/index.js';
import { eventually } from '../support/eventually.js';

/** What waits at gateways, the answers that they got, and what the user picks of what is offered. */
const gateway = vi.hoisted(() => ({
    calls: [] as object[],
    changes: [] as object[],
    answers: [] as unknown[][],
    offered: [] as unknown[],
    picks: undefined as string | undefined
}));

vi.mock('../../server/enforcement/waiting-calls.js', () => ({
    waitingCalls: () =>
        Promise.resolve({ waiting: gateway.calls, changes: gateway.changes, gateways: 1, problems: [] }),
    answerCall: (...answer: unknown[]) => Promise.resolve(gateway.answers.push(answer)),
    confirmChange: (change: unknown) => Promise.resolve(gateway.answers.push(['confirm', change]))
}));

/** The commands and the document provider of the extension. */
const editor = vi.hoisted(() => ({
    commands: new Map<string, () => Promise<void>>(),
    provider: undefined as { provideTextDocumentContent(uri: object): string } | undefined,
    shown: undefined as object | undefined
}));

vi.mock('vscode', () => {
    const nothing = (): { dispose(): void } => ({ dispose: () => undefined });
    class Uri {
        readonly path = '/k-1/s.pay.jsonc';
    }
    class EventEmitter {
        readonly event = nothing;
        readonly dispose = nothing;
        fire(): void {}
    }
    editor.shown = new Uri();
    return {
        Uri,
        EventEmitter,
        Disposable: { from: nothing },
        l10n: { t: (text: string) => text },
        commands: {
            executeCommand: nothing,
            registerCommand: (name: string, run: () => Promise<void>) => editor.commands.set(name, run) && nothing()
        },
        languages: { registerCodeLensProvider: nothing },
        workspace: {
            onDidCloseTextDocument: nothing,
            registerTextDocumentContentProvider: (_: string, provider: NonNullable<typeof editor.provider>) => {
                editor.provider = provider;
                return nothing();
            }
        },
        window: {
            state: { focused: false },
            createTreeView: nothing,
            onDidChangeWindowState: nothing,
            setStatusBarMessage: nothing,
            showInformationMessage: nothing,
            activeTextEditor: { document: { uri: editor.shown } },
            showQuickPick: (choices: unknown) => Promise.resolve(gateway.offered.push(choices) && gateway.picks)
        }
    };
});

test.each([
    { choices: ['once', '1h', 'this session'], picks: '1h', answered: [['approve', undefined, '1h']] },
    { choices: ['once', '1h', 'this session'], picks: 'once', answered: [['approve', undefined, 'once']] },
    // A closed list is no answer.
    { choices: ['once', '1h'], picks: undefined, answered: [] },
    { choices: [], picks: undefined, answered: [['approve', undefined, undefined]] }
])('offered $choices, picked $picks', async ({ choices, picks, answered }) => {
    const call = { name: 'k-1', tool: 's.pay', session: 'k', args: {}, since: '', rules: [], before: [], choices };
    Object.assign(gateway, { calls: [call], changes: [], answers: [], offered: [], picks });
    const registered = registerApprovals({ warn: () => undefined } as unknown as LogOutputChannel);
    onTestFinished(() => void registered.dispose());
    await eventually(() =>
        expect(editor.provider!.provideTextDocumentContent(editor.shown!)).toContain('rules says so')
    );
    await editor.commands.get('guardrail.approveCall')!();
    expect(gateway.offered).toEqual(choices.length > 0 ? [choices] : []);
    expect(gateway.answers).toEqual(answered.map((one) => [call, ...one]));
});

test('a changed policy is enforced as it was shown', async () => {
    const change = { name: 'k-1', digest: 'sha256:1', difference: '- deny s.pay\n+ allow s.pay\u202e', sockets: ['a'] };
    // Another gateway, to which the same text is another change.
    const other = { ...change, difference: '+ allow s.pay', sockets: ['b'] };
    Object.assign(gateway, { calls: [], changes: [change, other], answers: [] });
    const registered = registerApprovals({ warn: () => undefined } as unknown as LogOutputChannel);
    onTestFinished(() => void registered.dispose());
    const shown = (): string => editor.provider!.provideTextDocumentContent(editor.shown!);
    await eventually(() => expect(shown()).toContain('\n- deny s.pay\n+ allow s.pay\u00b7\n'));
    gateway.changes = [other];
    await editor.commands.get('guardrail.approveCall')!();
    expect(gateway.answers).toEqual([['confirm', change]]);
    await eventually(() => expect(shown()).toMatch(/\n\n\+ allow s.pay\n$/));
    await editor.commands.get('guardrail.approveCall')!();
    expect(gateway.answers[1]).toEqual(['confirm', other]);
    gateway.changes = [];
    await eventually(() => expect(shown()).toContain('not wait any more'));
    await editor.commands.get('guardrail.approveCall')!();
    expect(gateway.answers).toHaveLength(2);
});
