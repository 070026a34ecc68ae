/** `guardrail fmt`: writes the files that change, each completely or not at all. */
import { buffer } from 'node:stream/consumers';
import { pathToFileURL } from 'node:url';
import { URI } from 'langium';
import { applied, formatDocument } from '../../../../language/format/index.js';
import type { PolicyFile } from '../../../../language/generated/ast.js';
import { createGuardrailServices } from '../../../../language/module.js';
import { counted } from '../../../model/text/plural.js';
import { type Diagnostic, diagnosticsOf } from '../../../workspace/diagnostics.js';
import { displayPath } from '../../../workspace/display-path.js';
import { asCodedError, EXIT, type ExitCode } from '../../../workspace/errors.js';
import { decodePolicyText, readPolicyText } from '../../../workspace/policy-text.js';
import { PolicyFileSystem } from '../../../workspace/policy-workspace.js';
import { mostSevere, problemOf } from '../../reports/check-report.js';
import { contextIn } from '../../reports/context.js';
import { printable } from '../../terminal/layout.js';
import { prettyFile } from '../../reports/pretty.js';
import { printProblem } from '../../reports/problem.js';
import { selectFiles, type Selector } from '../../selection/files.js';
import { writePolicyText } from '../../terminal/output.js';
import type { Terminal } from '../../terminal/terminal.js';

/** @param check true to write nothing, and list what would change */
export async function fmt(select: Selector, check: boolean, terminal: Terminal): Promise<ExitCode> {
    const { cwd, output, errorStyle, writeError } = terminal;
    const { files, errors } = selectFiles(select, cwd);
    const formatter = new Formatter();
    const codes: ExitCode[] = errors.map(({ exit }) => exit);
    errors.forEach((error) => writeError(`${printProblem(problemOf(error), errorStyle).join('\n')}\n`));
    let changed = 0;
    for (const path of files) {
        const shown = displayPath(path, cwd);
        try {
            const text = readPolicyText(path);
            const formatted = await formatter.format(text, URI.parse(pathToFileURL(path).toString()));
            if ('errors' in formatted) {
                codes.push(EXIT.invalid);
                writeError(printErrors(formatted.errors, shown, text, terminal));
            } else if (formatted.text !== text) {
                changed++;
                output.write(`${printable(shown)}\n`);
                if (check) {
                    codes.push(EXIT.violated);
                } else {
                    writePolicyText(path, formatted.text);
                }
            }
        } catch (error) {
            const known = asCodedError(error);
            codes.push(known.exit);
            writeError(`${printProblem(problemOf(known), errorStyle, shown).join('\n')}\n`);
        }
    }
    const done = check ? 'not formatted' : 'formatted';
    writeError(
        `${counted(changed, 'file')} of ${files.length} ${changed === 0 && !check ? 'had to be formatted' : done}\n`
    );
    return mostSevere(codes);
}

/** Formats standard input to standard output; with `check` only the exit code reports whether it is formatted. */
export async function fmtInput(check: boolean, terminal: Terminal): Promise<ExitCode> {
    const bytes = await buffer(process.stdin);
    const text = decodePolicyText(bytes);
    const formatted = await new Formatter().format(text, URI.parse('text:/stdin.guardrail'));
    if ('errors' in formatted) {
        terminal.writeError(printErrors(formatted.errors, '(standard input)', text, terminal));
        return EXIT.invalid;
    }
    if (!check) {
        terminal.output.write(formatted.text);
    }
    return check && formatted.text !== text ? EXIT.violated : EXIT.ok;
}

function printErrors(diagnostics: readonly Diagnostic[], path: string, text: string, terminal: Terminal): string {
    const uri = diagnostics[0]!.source.uri;
    const context = { ...contextIn({ ...terminal, style: terminal.errorStyle }, [{ uri, text }]), pathOf: () => path };
    return prettyFile({ uri, path, kind: 'unreadable', text, diagnostics }, context);
}

/** A text with a syntax error cannot be formatted. */
type FormatResult = { readonly text: string } | { readonly errors: readonly Diagnostic[] };

/** Formats texts as the editor does, without reading their imports. */
class Formatter {
    private readonly services = createGuardrailServices({ fileSystemProvider: () => new PolicyFileSystem() });

    async format(text: string, uri: URI): Promise<FormatResult> {
        const { shared, guardrail } = this.services;
        const document = shared.workspace.LangiumDocumentFactory.fromString<PolicyFile>(text, uri);
        document.diagnostics = await guardrail.validation.DocumentValidator.validateDocument(document, {
            stopAfterLexingErrors: true,
            stopAfterParsingErrors: true,
            // Validations that need other files are skipped.
            categories: ['built-in']
        });
        const { lexerErrors, parserErrors } = document.parseResult;
        if (lexerErrors.length + parserErrors.length > 0) {
            return { errors: diagnosticsOf(document).filter(({ severity }) => severity === 'error') };
        }
        return { text: applied(text, formatDocument(document, guardrail.parser.Lexer)) };
    }
}
