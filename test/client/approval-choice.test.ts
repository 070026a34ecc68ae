/** Tests that an approval in the editor is valid for as long as the user picks, and is none without a pick. */
import { expect, onTestFinished, test, vi } from 'vitest';
import type { LogOutputChannel } from 'vscode';
import { registerApprovals } from '../../client/approvals/index.js';
import { eventually } from '../support/eventually.js';

/** A call that waits at a gateway, the answers that the gateway got, and what the user picks of what is offered. */
const gateway = vi.hoisted(() => ({
    call: {},
    answers: [] as unknown[][],
    offered: [] as unknown[],
    picks: undefined as string | undefined
}));

vi.mock('../../server/enforcement/waiting-calls.js', () => ({
    waitingCalls: () => Promise.resolve({ waiting: [gateway.call], gateways: 1, problems: [] }),
    answerCall: (...answer: unknown[]) => Promise.resolve(gateway.answers.push(answer))
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
    Object.assign(gateway, { call, answers: [], offered: [], picks });
    const registered = registerApprovals({ warn: () => undefined } as unknown as LogOutputChannel);
    onTestFinished(() => void registered.dispose());
    await eventually(() =>
        expect(editor.provider!.provideTextDocumentContent(editor.shown!)).toContain('rules says so')
    );
    await editor.commands.get('guardrail.approveCall')!();
    expect(gateway.offered).toEqual(choices.length > 0 ? [choices] : []);
    expect(gateway.answers).toEqual(answered.map((one) => [call, ...one]));
});
