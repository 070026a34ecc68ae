/** Writes the failures of a test as the editor shows them: at their places, with the session as the stack. */
import * as vscode from 'vscode';
import {
    type PolicyTest,
    type ShowSessionParams,
    showSessionCommand,
    type TraceStep
} from '../../server/lsp/protocol.js';
import { literal } from '../literal.js';
import type { TestProblem } from './outcome.js';
import { rangeOf } from './tree.js';

/** This class is newer than our oldest supported VS Code, where the session is only in the text of the message. */
const { TestMessageStackFrame: StackFrame } = vscode as typeof vscode & {
    readonly TestMessageStackFrame?: new (label: string, uri?: vscode.Uri, position?: vscode.Position) => object;
};

export function messageOf(uri: vscode.Uri, test: PolicyTest, problem: TestProblem): vscode.TestMessage {
    const { text, source, trace, expected, actual } = problem;
    // `appendText` is not used: an address in the text would become a link, including the backslash that it inserts
    // before a bracket.
    const markdown = new vscode.MarkdownString(literal(text));
    markdown.isTrusted = { enabledCommands: [showSessionCommand] };
    if (trace) {
        const params: ShowSessionParams = { uri: uri.toString(), kind: test.kind, name: test.name };
        const link = `command:${showSessionCommand}?${encodeURIComponent(JSON.stringify([params]))}`;
        markdown.appendMarkdown(`\n\n[${vscode.l10n.t('Show session')}](${link})\n\n`);
        if (!StackFrame) {
            markdown.appendMarkdown(trace.steps.map((step, index) => `${index + 1}. ${literal(step.text)}`).join('\n'));
        }
    }
    const message: vscode.TestMessage & { stackTrace?: object[] } = new vscode.TestMessage(markdown);
    message.location = new vscode.Location(vscode.Uri.parse(source.uri), rangeOf(source));
    if (expected !== undefined && actual !== undefined) {
        message.expectedOutput = expected;
        message.actualOutput = actual;
    }
    if (trace && StackFrame) {
        message.stackTrace = trace.steps.map((step) => frameOf(step, StackFrame)).reverse();
    }
    return message;
}

/** A step is placed at the rule that decided it; a human's answer has no place. */
function frameOf({ text, rules }: TraceStep, Frame: NonNullable<typeof StackFrame>): object {
    const source = rules[0] && (rules[0].usedAt ?? rules[0].source);
    return source
        ? new Frame(text, vscode.Uri.parse(source.uri), new vscode.Position(source.start.line, source.start.character))
        : new Frame(text);
}
