/**
 * Fixes text that cannot be parsed. Each small change that may be meant is tried: the changed text is parsed, and the
 * change is offered if the statement then has fewer errors, and not only because a word of the language becomes the name
 * of something that nobody declared. So every proposal is an improvement.
 */
import { AstUtils } from 'langium';
import { nearby } from '../text/spelling.js';
import { replaceRange } from '../edits/edits.js';
import type { Fix } from '../edits/edit.js';
import type { Problem } from '../edits/place.js';
import { characterChanges, type TextChange, tokenChanges } from './syntax-changes.js';

const MOST = 4;

interface Slice {
    readonly text: string;
    /** The first place of the error in the file. */
    readonly start: number;
}

/** The changes after which the statement has the fewest errors, the likeliest first. */
export function syntaxFixes(problem: Problem): Fix[] {
    const slice = sliceAround(problem);
    const { Lexer } = problem.services.parser;
    const { tokens } = Lexer.tokenize(slice.text);
    const at = { from: problem.from - slice.start, to: problem.to - slice.start };
    const changes =
        problem.code === 'GR101'
            ? characterChanges(slice.text, at.from, at.to)
            : tokenChanges(slice.text, tokens, at.from, (word) => nearby(word, wordsOf(problem)));
    const before = errorsIn(problem, slice.text);
    const better = changes
        .map((change) => ({ change, errors: errorsIn(problem, applied(slice.text, change)) }))
        .filter(({ errors }) => errors < before)
        .sort((a, b) => a.errors - b.errors);
    const named = undeclared(problem, slice.text);
    const meant = better.filter(({ change }) => {
        const names = [...undeclared(problem, applied(slice.text, change), change)];
        // A word that is only left out, or put in, must lead to a statement that means something.
        return change.isLikely ? names.every((name) => named.has(name)) : names.length === 0;
    });
    const best = meant[0]?.errors;
    return meant
        .filter(({ errors }) => errors === best)
        .slice(0, MOST)
        .map(({ change: { title, from, to, text } }, index, all) => ({
            title,
            changes: [replaceRange(problem, from + slice.start, to + slice.start, text)],
            // Without a word, a statement may say something else: an unfinished condition is not one that is always true.
            isPreferred: index === 0 && ((all.length === 1 && text !== '') || meant[0]!.change.isLikely === true)
        }));
}

/** The text from the statement with the error to the second one after it: a missing word may swallow the next one. */
function sliceAround({ file, text, from }: Problem): Slice {
    const starts = [file.policy, ...file.elements].flatMap((node) => node?.$cstNode?.offset ?? []);
    const before = starts.filter((offset) => offset <= from);
    const after = starts.filter((offset) => offset > from);
    // An error at the first word of a statement may belong to the unfinished statement before it.
    const start = before.at(before.at(-1) === from ? -2 : -1) ?? 0;
    return { text: text.slice(start, after[1] ?? text.length), start };
}

function errorsIn({ services }: Problem, text: string): number {
    const { lexerErrors, parserErrors } = services.parser.LangiumParser.parse(text);
    return lexerErrors.length + parserErrors.length;
}

/**
 * The names in the text that nothing has which may stand there: in `deny any tool, within` the second tool is not what the
 * author meant.
 * @param inserted a word that is never a name
 */
function undeclared(problem: Problem, text: string, inserted?: TextChange): ReadonlySet<string> {
    const { parser, shared } = problem.services;
    const names = new Set<string>();
    for (const node of AstUtils.streamAst(parser.LangiumParser.parse(text).value)) {
        for (const info of AstUtils.streamReferences(node)) {
            const { text: name, offset } = info.reference.$refNode ?? { text: '', offset: 0 };
            const first = /^\w+/.exec(name)?.[0] ?? '';
            const isInserted = first === inserted?.text.trim() && offset - inserted.from <= inserted.text.length;
            const type = name === first ? shared.AstReflection.getReferenceType(info) : undefined;
            if (first !== '' && ((isInserted && offset >= inserted.from) || !isDeclared(problem, first, type))) {
                names.add(first);
            }
        }
    }
    return names;
}

/** @param type undefined for the first part of a name with dots */
function isDeclared({ inventory, services }: Problem, name: string, type: string | undefined): boolean {
    const { AstReflection } = services.shared;
    return inventory.elements.some((element) =>
        AstUtils.streamAst(element).some(
            (node) =>
                'name' in node &&
                node.name === name &&
                (type === undefined || AstReflection.isSubtype(node.$type, type))
        )
    );
}

function applied(text: string, change: TextChange): string {
    return text.slice(0, change.from) + change.text + text.slice(change.to);
}

/** The keywords that a misspelt word may stand for. */
function wordsOf({ services }: Problem): readonly string[] {
    return Object.keys(services.parser.Lexer.definition).filter((word) => /^[a-z]{2,}$/.test(word));
}
