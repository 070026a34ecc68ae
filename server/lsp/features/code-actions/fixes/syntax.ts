/**
 * Fixes text that cannot be parsed. Each small change that may be meant is tried: the changed text is parsed, and the
 * change is offered if the statement then has fewer errors. So every proposal is an improvement.
 */
import { inBackquotes } from '../../../../../language/messages.js';
import { nearby } from '../../../../../language/spelling.js';
import { replaceRange } from '../../../../text-edits/edits.js';
import type { Problem } from '../place.js';
import type { Proposal } from '../proposal.js';
import type { Fix } from './fix.js';
import type { TextChange } from './syntax-changes.js';
import { characterChanges, tokenChanges } from './syntax-changes.js';

const MOST = 4;

const unreadable: Fix = {
    codes: ['GR101', 'GR102'],
    summary:
        'Repair the syntax: a misspelt or missing word, a missing brace, parenthesis, bracket, colon, comma or quote, a wrong operator (`=`, `&&`, `!`), wrong quotes, a number without its unit, clauses in the wrong order, a character that has no meaning, a name without its backquotes',
    propose: (problem) => repairs(problem)
};

interface Slice {
    readonly text: string;
    /** The first place of the error in the file. */
    readonly start: number;
}

function repairs(problem: Problem): Proposal[] {
    if (inBackquotes(problem.marked) === problem.diagnostic.message) {
        const text = `\`${problem.marked}\``;
        const changes = [replaceRange(problem, problem.from, problem.to, text)];
        return [{ title: `Write the name in backquotes: ${text}`, changes, isPreferred: true }];
    }
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
    const best = better[0]?.errors;
    return better
        .filter(({ errors }) => errors === best)
        .slice(0, MOST)
        .map(({ change: { title, from, to, text } }, index, all) => ({
            title,
            changes: [replaceRange(problem, from + slice.start, to + slice.start, text)],
            isPreferred: index === 0 && (all.length === 1 || better[0]!.change.isLikely === true)
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

function applied(text: string, change: TextChange): string {
    return text.slice(0, change.from) + change.text + text.slice(change.to);
}

/** The keywords that a misspelt word may stand for. */
function wordsOf({ services }: Problem): readonly string[] {
    return Object.keys(services.parser.Lexer.definition).filter((word) => /^[a-z]{2,}$/.test(word));
}

export const syntax: readonly Fix[] = [unreadable];
