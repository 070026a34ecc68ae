/**
 * Replaces errors that result from a mistake in the table by an explanation of the mistake, with its place and the text
 * to write instead.
 */
import type { LangiumDocument } from 'langium';
import type { Diagnostic } from 'vscode-languageserver-types';
import * as ast from '../generated/ast.js';
import { type Fix, obvious, withFixes } from '../edits/edit.js';
import { replaceMarked } from '../edits/edits.js';
import type { Problem } from '../edits/place.js';
import type { GuardrailServices } from '../names/inventory.js';
import type { Names } from './form.js';
import { type Mistake, mistakeAt } from './mistake.js';

/** The data of a diagnostic that explains a mistake, besides its fix: the text to write in place of the marked part. */
interface MistakeData {
    readonly meant: { readonly text?: string };
}

/** The text to write in place of the part that a diagnostic marks, if it explains a mistake and the text is known. */
export function meantBy({ data }: Diagnostic): MistakeData['meant'] | undefined {
    return isMeant(data) ? data.meant : undefined;
}

/** The maximum number of mistakes that are explained: the search for one takes some milliseconds. */
const MOST_MISTAKES = 20;

/**
 * The diagnostics of a document, in which each mistake is reported once, in place of all errors that follow from it.
 */
export function explained(
    document: LangiumDocument,
    diagnostics: readonly Diagnostic[],
    services: GuardrailServices
): Diagnostic[] {
    const { textDocument } = document;
    const text = textDocument.getText();
    const names = namesOf(document, services);
    const found: Mistake[] = [];
    return diagnostics.flatMap((diagnostic) => {
        if (
            found.length === MOST_MISTAKES ||
            diagnostic.severity !== 1 ||
            !/^GR(?:10[12]|2|303)/.test(String(diagnostic.code))
        ) {
            return [diagnostic];
        }
        const offset = textDocument.offsetAt(diagnostic.range.start);
        const mistake =
            found.find((each) => follows(text, each, offset)) ??
            mistakeAt(text, offset, String(diagnostic.code).startsWith('GR10'), names) ??
            (diagnostic.code === 'GR202' ? constantAt(document, diagnostic, names) : undefined);
        if (!mistake) {
            return [diagnostic];
        }
        if (found.some(({ from, to }) => from === mistake.from && to === mistake.to)) {
            return [];
        }
        found.push(mistake);
        const { from, to, message, instead } = mistake;
        return [
            {
                ...diagnostic,
                message,
                range: { start: textDocument.positionAt(from), end: textDocument.positionAt(to) },
                data: {
                    ...withFixes(asMeant).data,
                    meant: { ...(instead !== undefined && { text: instead }) }
                } satisfies MistakeData
            }
        ];
    });
}

function asMeant(problem: Problem): Fix[] {
    const text = meantBy(problem.diagnostic)?.text;
    return text === undefined
        ? []
        : [obvious(titleOf(problem.marked.trim(), text.trim()), replaceMarked(problem, text))];
}

/** Both texts are in the title if they are short. */
const SHORT = 24;

function titleOf(written: string, meant: string): string {
    if (meant === '') {
        return `Remove \`${written}\``;
    }
    if (written === '') {
        return `Insert \`${meant}\``;
    }
    return written.length <= SHORT && meant.length <= SHORT
        ? `Change \`${written}\` to \`${meant}\``
        : `Write \`${meant}\``;
}

/** True for an error inside a known mistake, or at the word after it. */
function follows(text: string, { from, to }: Mistake, offset: number): boolean {
    return from <= offset && (offset < to || text.slice(to, offset).trim() === '');
}

/** The constant of the session that an unknown name stands for, if there is one. */
function constantAt({ textDocument }: LangiumDocument, { range }: Diagnostic, names: Names): Mistake | undefined {
    const name = textDocument.getText(range);
    const from = textDocument.offsetAt(range.start);
    return names.constants.includes(name) && textDocument.getText()[from - 1] !== '.'
        ? {
              from,
              to: from + name.length,
              message: `"${name}" is a constant of the session: \`session.${name}\`.`,
              instead: `session.${name}`
          }
        : undefined;
}

/** A word of the language in a wrong place may have been read as a declaration without a name. */
function named(elements: readonly { readonly name?: string }[]): string[] {
    return elements.flatMap(({ name }) => name ?? []);
}

function namesOf(document: LangiumDocument, services: GuardrailServices): Names {
    const { elements } = services.inventory.of(document);
    const words = services.parser.Lexer.definition;
    return {
        humans: named(elements.filter((element) => ast.isHuman(element) || ast.isRole(element))),
        agents: named(elements.filter(ast.isAgent)),
        labels: elements.filter(ast.isLabel).map(({ name }) => name),
        constants: elements.filter(ast.isSessionConstant).map(({ name }) => name),
        parameters: elements
            .filter(ast.isServer)
            .flatMap(({ tools }) => tools)
            .flatMap(({ params }) => params.map(({ name }) => name)),
        isWord: (word) => Object.hasOwn(words, word)
    };
}

function isMeant(data: unknown): data is MistakeData {
    return typeof data === 'object' && data !== null && 'meant' in data;
}
