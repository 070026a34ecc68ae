/** Reads a JSON file that must match a schema; comments and trailing commas are allowed. */
import { counted } from '../../model/text/plural.js';
import { getNodeValue, type Node, parseTree, type ParseError, printParseErrorCode } from 'jsonc-parser';
import { MAX_JSON_BYTES } from '../../workspace/file-limits.js';
import { assertShallow } from '../../../language/text/json-text.js';
import { readRegularFile } from '../../workspace/regular-file.js';
import { CodedError, systemReason } from '../../workspace/errors.js';
import { type Schema, schemaErrors } from './schema-errors.js';

export interface JsonKind {
    readonly schema: Schema;
    /** The words for the file in messages, such as `the configuration`. */
    readonly what: string;
    /** The code of the errors. */
    readonly code: string;
}

/**
 * Throws a `CodedError` with the place of the first problem.
 * @param shown the display path
 */
export function readJson(path: string, shown: string, { schema, what, code }: JsonKind): { readonly value: unknown } {
    let text: string;
    try {
        text = readRegularFile(path, MAX_JSON_BYTES)
            .toString('utf8')
            .replace(/^\uFEFF/, '');
    } catch (error) {
        throw new CodedError(code, `${shown} cannot be read: ${systemReason(error)}`, 'Check the path.');
    }
    const tree = treeOf(text, shown, code);
    const found = [...repeatedKeys(tree), ...schemaErrors(tree, schema, what)].sort((a, b) => a.offset - b.offset);
    const [first] = found;
    if (first) {
        const more = found.length > 1 ? ` It has ${counted(found.length - 1, 'more error')}.` : '';
        throw new CodedError(code, `${shown}${placeIn(text, first.offset)}: ${first.message}`, first.help + more);
    }
    return { value: getNodeValue(tree) };
}

/**
 * The tree of a JSON text with comments and trailing commas. Throws a `CodedError` with the place of the first error.
 * @param shown the display path
 */
export function treeOf(text: string, shown: string, code: string): Node {
    try {
        assertShallow(text);
    } catch (error) {
        throw new CodedError(
            code,
            `${shown} cannot be read: ${systemReason(error)}`,
            'Check that it is the right file.'
        );
    }
    const errors: ParseError[] = [];
    const tree = parseTree(text, errors, { allowTrailingComma: true });
    const [broken] = errors;
    if (broken || !tree) {
        const reason = broken ? PARSE_WORDS[printParseErrorCode(broken.error)] : undefined;
        throw new CodedError(
            code,
            `${shown}${placeIn(text, broken?.offset ?? 0)}: this is not valid JSON${reason === undefined ? '' : `: ${reason}`}`,
            'JSON with comments and trailing commas is read.'
        );
    }
    return tree;
}

const PARSE_WORDS: { readonly [code: string]: string } = {
    InvalidSymbol: 'there is no such word',
    InvalidNumberFormat: 'a number is incomplete',
    PropertyNameExpected: 'a name in quotes is missing',
    ValueExpected: 'a value is missing',
    ColonExpected: '`:` is missing',
    CommaExpected: '`,` is missing',
    CloseBraceExpected: '`}` is missing',
    CloseBracketExpected: '`]` is missing',
    EndOfFileExpected: 'there is more text after its end',
    UnexpectedEndOfComment: 'a comment has no end',
    UnexpectedEndOfString: 'a text has no end',
    InvalidCharacter: 'there is a character that may not be in a text'
};

/** A key that occurs twice is an error, because one of its values would be ignored. */
function repeatedKeys(node: Node): { offset: number; message: string; help: string }[] {
    const seen = new Set<string>();
    return (node.children ?? []).flatMap((child) => {
        const [key] = child.type === 'property' ? (child.children ?? []) : [];
        const name = key && String(key.value);
        const isRepeated = name !== undefined && seen.has(name);
        if (name !== undefined) {
            seen.add(name);
        }
        return [
            ...(isRepeated
                ? [{ offset: key!.offset, message: `"${name}" occurs twice`, help: 'Remove one of the two.' }]
                : []),
            ...repeatedKeys(child)
        ];
    });
}

/** The place as `:3:5`, counted from one. */
export function placeIn(text: string, offset: number): string {
    const before = text.slice(0, offset).split(/\r\n|\r|\n/);
    return `:${before.length}:${before.at(-1)!.length + 1}`;
}
