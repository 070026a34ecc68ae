/** `guardrail import mcp --refresh` and `--check`: compares an inventory with the current lists of its servers. */
import { counted } from '../../../model/text/plural.js';
import { resolve } from 'node:path';
import { performance } from 'node:perf_hooks';
import { GrammarUtils } from 'langium';
import { isServer, isTool } from '../../../../language/generated/ast.js';
import { codePage } from '../../code-pages.js';
import { CodedError, EXIT, type ExitCode } from '../../../workspace/errors.js';
import { displayPath } from '../../../workspace/display-path.js';
import { assertFits, type NamedServer } from '../../tool-lists/inventory.js';
import { applied, type Change, CHANGES } from './refresh/change.js';
import { refreshed } from './refresh/index.js';
import { writeAtomically } from '../../terminal/output.js';
import { loadNamed } from '../../../workspace/load-policy.js';
import type { CheckReport } from '../../reports/check-report.js';
import { type Diagnostic, diagnosticsOf } from '../../../workspace/diagnostics.js';
import type { CheckFormat } from '../../reports/formats.js';
import { printable } from '../../terminal/layout.js';
import { loadReporters, wholeReport } from '../../reports/registry.js';
import type { Terminal } from '../../terminal/terminal.js';
import { type PolicyDocument, PolicyWorkspace } from '../../../workspace/policy-workspace.js';

export interface RefreshOptions {
    /** The path of the inventory. */
    readonly file: string;
    /** `check` writes nothing, and fails if something changed. */
    readonly mode: 'refresh' | 'check';
    readonly format: CheckFormat;
    /** The folder of the program, with the pages of the codes. */
    readonly folder: URL;
}

/**
 * Rejects with GR977 if the inventory cannot be read as one: no edits are made to a text that is only partly
 * understood.
 */
export async function readInventory(file: string, { cwd }: Terminal): Promise<PolicyDocument> {
    const document = await loadNamed(new PolicyWorkspace(), file, cwd);
    const broken = diagnosticsOf(document).find(({ code, severity }) => severity === 'error' && /^GR1/.test(code));
    if (broken) {
        throw new CodedError(
            'GR977',
            `${file}:${broken.source.start.line + 1} has an error, so it is not refreshed: ${broken.message}`,
            'Repair it first; nothing was written.'
        );
    }
    return document;
}

export async function refreshInventory(
    document: PolicyDocument,
    servers: readonly NamedServer[],
    options: RefreshOptions,
    terminal: Terminal
): Promise<ExitCode> {
    const started = performance.now();
    const { changes, edits } = refreshed(document, servers);
    if (options.mode === 'check') {
        return report(document, changes, options, terminal, started);
    }
    const path = resolve(terminal.cwd, options.file);
    const text = applied(document.textDocument.getText(), edits);
    if (edits.length > 0) {
        assertFits(text);
        await assertReadable(text);
        writeAtomically(path, text);
    }
    const lines = changes.map(({ message }) => `- ${printable(message)}\n`);
    const end =
        changes.length === 0
            ? `${options.file} is up to date with its servers.`
            : `${options.file} is refreshed: ${counted(changes.length, 'change')}.`;
    terminal.output.write(`${lines.join('')}${end}\n`);
    return EXIT.ok;
}

/** The formatted text must be readable: otherwise there is a bug in this program, and the file stays unchanged. */
async function assertReadable(text: string): Promise<void> {
    const document = await new PolicyWorkspace().loadText(text, 'inventory.guardrail');
    const broken = diagnosticsOf(document).find(({ code }) => /^GR1/.test(code));
    if (broken) {
        throw new Error(`the inventory would have an error in line ${broken.source.start.line + 1}: ${broken.message}`);
    }
}

async function report(
    document: PolicyDocument,
    changes: readonly Change[],
    { format, folder }: RefreshOptions,
    { cwd, version, output, style }: Terminal,
    started: number
): Promise<ExitCode> {
    const uri = document.uri.toString();
    const text = document.textDocument.getText();
    const path = displayPath(document.uri.fsPath, cwd);
    const exitCode = changes.length === 0 ? EXIT.ok : EXIT.violated;
    const data: CheckReport = {
        version,
        files: [
            { uri, path, kind: 'inventory', text, diagnostics: changes.map((change) => diagnosticOf(change, uri)) }
        ],
        problems: [],
        fromCache: 0,
        exitCode,
        milliseconds: performance.now() - started
    };
    const reporter = (await loadReporters([format])).get(format)!;
    const context = {
        style,
        quiet: false,
        pathOf: () => path,
        textOf: () => text,
        fails: { failOn: 'warning' as const, strict: false },
        pageOf: (code: string) => codePage(code, folder)
    };
    output.write(wholeReport(reporter, data, context));
    return exitCode;
}

function diagnosticOf({ code, message, node }: Change, uri: string): Diagnostic {
    const owner = node.astNode;
    const name =
        (isTool(owner) || isServer(owner)) && owner.$cstNode === node
            ? GrammarUtils.findNodeForProperty(node, 'name')
            : undefined;
    const { start, end } = (name ?? node).range;
    const isWhole = node.container === undefined && name === undefined;
    const isMild = code === CHANGES.description || code === CHANGES.unpinned;
    return {
        code,
        severity: isMild ? 'warning' : 'error',
        message: `${message[0]!.toUpperCase()}${message.slice(1)}.`,
        source: { uri, start, end: isWhole ? start : end }
    };
}
