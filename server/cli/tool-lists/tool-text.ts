/** The text of a tool in an inventory. */
import type { Type } from '../../model/policy/policy.js';
import { CodedError } from '../../workspace/errors.js';
import { fingerprint } from '../../workspace/tool-digest.js';
import { type ImportedParam, paramsOf } from './schema.js';
import type { ToolMarks } from '../../workspace/tool-marks.js';
import type { McpAnnotations, McpTool } from './tool-list.js';
import { decimal, INVISIBLE, type Primitive } from './values.js';
import { nameText, textToken } from '../../model/text/typed-text.js';
const WIDTH = 100;
export const INDENT = '  ';

/** The comment for a server none of whose tools has annotations, instead of one comment for each tool. */
export const NOTHING_SAID = `${INDENT}// No tool of this server says what it does, which in MCP means destructive and external: confirm or drop these hints first.\n`;

/** True if the server gives the tool no annotations. */
export function saysNothing({ annotations }: McpTool): boolean {
    return Object.values(annotations).every((value) => value === undefined);
}

/**
 * A tool of a server, with the server's definition.
 *
 * @param isNoted missing annotations are noted elsewhere
 * @param marks what the author knows of the tool
 */
export function printTool(tool: McpTool, isNoted = false, marks?: ToolMarks): string {
    const { doc, head, behind } = declarationOf(tool, [], isNoted || marks !== undefined);
    return [...doc, ...printOrigin(tool), `${head}${printEffects(tool, marks)}${behind}`].join('\n');
}

function printEffects({ annotations }: McpTool, { reads = [], confirmed = [], denied = [] }: ToolMarks = {}): string {
    const known: readonly string[] = [...confirmed, ...denied];
    const hints = hintsOf(annotations).traits.filter((trait) => !known.includes(trait));
    const traits = [...confirmed, ...hints.map((trait) => `hint ${trait}`)];
    return [...traits.map((trait) => ` ${trait}`), ...(reads.length > 0 ? [` reads ${reads.join(', ')}`] : [])].join(
        ''
    );
}

/** The annotations that record the origin of a tool: `@digest(…)` and `@hints(…)`. For `kept` see `declarationOf`. */
export function printOrigin(tool: McpTool, kept: readonly ImportedParam[] = []): string[] {
    const { doc, head } = declarationOf(tool, kept);
    const { traits } = hintsOf(tool.annotations);
    return [
        `${INDENT}@digest("${tool.digest}", "${fingerprint([...doc, head].join('\n'))}")`,
        `${INDENT}@hints${traits.length > 0 ? `(${traits.join(', ')})` : ''}`
    ];
}

export interface Declaration {
    /** The lines of the comment before it. */
    readonly doc: readonly string[];
    /** `tool NAME(…)`, without its traits. */
    readonly head: string;
    /** The comment after it: the parts of its schema that the language cannot express. */
    readonly behind: string;
}

/**
 * @param kept parameters that the server no longer has
 * @param isNoted the lack of annotations from the server is noted elsewhere
 */
export function declarationOf(tool: McpTool, kept: readonly ImportedParam[] = [], isNoted = false): Declaration {
    const { params: taken, notes } = paramsOf(tool.inputSchema);
    const params = [...taken, ...kept];
    const doc = docComment(tool.description, INDENT);
    const { traits, note } = hintsOf(tool.annotations);
    const behind = comment([...notes, ...(note && !isNoted ? [note] : [])]);
    const list = isPlain(params) ? inline(params) : undefined;
    const oneLine = `${INDENT}tool ${writtenName(tool.name)}(${list ?? ''})`;
    const width = oneLine.length + traits.map((trait) => ` hint ${trait}`).join('').length;
    if (list !== undefined && (params.length === 0 || width <= WIDTH)) {
        return { doc, head: oneLine, behind };
    }
    const lines = printParams(params, INDENT.repeat(2));
    return { doc, head: [`${INDENT}tool ${writtenName(tool.name)}(`, ...lines, `${INDENT})`].join('\n'), behind };
}

/** M17: MCP hints are untrusted, and if absent, `destructive` and `external` mean true. */
export function hintsOf(annotations: McpAnnotations): { traits: string[]; note?: string } {
    const traits: string[] = [];
    const absent: string[] = [];
    if (annotations.readOnlyHint) {
        // In MCP `destructiveHint` and `idempotentHint` only have a meaning for tools that change something.
        traits.push('readonly');
    } else {
        if (annotations.destructiveHint ?? true) {
            traits.push('destructive');
        }
        if (annotations.destructiveHint === undefined) {
            absent.push('destructiveHint');
        }
        if (annotations.idempotentHint) {
            traits.push('idempotent');
        }
    }
    if (annotations.openWorldHint ?? true) {
        traits.push('external');
    }
    if (annotations.openWorldHint === undefined) {
        absent.push('openWorldHint');
    }
    return absent.length === 0
        ? { traits }
        : { traits, note: `${absent.join(' and ')} absent: in MCP that means true` };
}

export function printParams(params: readonly ImportedParam[], indent: string): string[] {
    return params.flatMap((param, i) => {
        const [first, ...rest] = printParam(param, indent).reverse();
        const last = `${first ?? ''}${i < params.length - 1 ? ',' : ''}${comment(param.notes)}`;
        return [...docComment(param.doc, indent), ...rest.reverse(), last];
    });
}

export function printParam(param: ImportedParam, indent: string): string[] {
    const before = `${writtenName(param.name)}${param.optional ? '?' : ''}: `;
    const after = param.default === undefined ? '' : ` = ${literal(param.default as Primitive)}`;
    const [first, ...rest] = printType(param.type, indent);
    const lines = [`${indent}${before}${first ?? ''}`, ...rest];
    lines.push(`${lines.pop() ?? ''}${after}`);
    return lines;
}

function printType(type: Type, indent: string): string[] {
    switch (type.kind) {
        case 'int':
        case 'number': {
            const min = type.min === undefined ? '' : ` >= ${decimal(type.min)}`;
            const max = type.max === undefined ? '' : ` <= ${decimal(type.max)}`;
            return [`${type.kind}${min}${max}`];
        }
        case 'literals':
            return [type.values.map(literal).join(' | ')];
        case 'list': {
            const element = printType(type.element, indent);
            const alternatives = type.element.kind === 'literals' && type.element.values.length > 1;
            const bounded = 'min' in type.element || 'max' in type.element;
            const [open, close] = alternatives || bounded ? ['(', ')'] : ['', ''];
            const lines = [`${open}${element[0] ?? ''}`, ...element.slice(1)];
            lines.push(`${lines.pop() ?? ''}${close}[]`);
            return lines;
        }
        case 'map': {
            const [first = '', ...rest] = printType(type.value, indent);
            const lines = [`map<string, ${first}`, ...rest];
            lines.push(`${lines.pop() ?? ''}>`);
            return lines;
        }
        case 'record': {
            const fields = type.fields as readonly ImportedParam[];
            const text = isPlain(fields) ? inline(fields) : undefined;
            return text !== undefined && indent.length + text.length < WIDTH - 20
                ? [fields.length === 0 ? '{}' : `{ ${text} }`]
                : ['{', ...printParams(fields, indent + INDENT), `${indent}}`];
        }
        default:
            return [type.kind];
    }
}

/** All parameters on one line; undefined if one of them needs several. */
function inline(params: readonly ImportedParam[]): string | undefined {
    const lines = params.map((param) => printParam(param, ''));
    return lines.every((line) => line.length === 1) ? lines.flat().join(', ') : undefined;
}

function isPlain(params: readonly ImportedParam[]): boolean {
    return params.every((param) => !param.doc && param.notes.length === 0);
}

export function writtenName(text: string): string {
    if (text.includes('`') || /[\r\n]/.test(text) || text.search(INVISIBLE) >= 0) {
        throw new CodedError(
            'GR908',
            `the name ${JSON.stringify(visible(text))} cannot be written in a policy`,
            'A name has no line break, no invisible character and no backquote. Rename it, or leave it out of the list.'
        );
    }
    return nameText(text);
}

function literal(value: Primitive): string {
    switch (typeof value) {
        case 'string':
            return textToken(value);
        case 'number':
            return decimal(value) ?? '0';
        default:
            return String(value);
    }
}

function comment(notes: readonly string[]): string {
    return notes.length === 0 ? '' : ` // ${visible(notes.join('; ').replace(/\s+/g, ' '))}`;
}

export function docComment(text: string | undefined, indent: string): string[] {
    if (text === undefined || text.trim() === '') {
        return [];
    }
    const safe = visible(text.trim()).replaceAll('*/', '* /').replaceAll('\t', '    ');
    const lines = safe.split(/\r\n?|\n/).flatMap((line) => wrap(line.trimEnd(), WIDTH - indent.length - 3));
    const only = lines.length === 1 ? lines[0] : undefined;
    if (only !== undefined && indent.length + only.length + 7 <= WIDTH) {
        return [`${indent}/** ${only} */`];
    }
    return [`${indent}/**`, ...lines.map((line) => `${indent} * ${line}`.trimEnd()), `${indent} */`];
}

/** Keeps the indentation of a line, and words that are longer than one line. */
function wrap(line: string, width: number): string[] {
    const indent = /^\s*/.exec(line)?.[0] ?? '';
    const lines: string[] = [];
    let current = indent;
    for (const word of line.trim().split(/\s+/)) {
        const joined = current.trim() === '' ? indent + word : `${current} ${word}`;
        if (joined.length > width && current.trim() !== '') {
            lines.push(current);
            current = indent + word;
        } else {
            current = joined;
        }
    }
    return [...lines, current];
}

/** A description is untrusted text: nothing in it may be hidden from the reviewer of the policy. */
export function visible(text: string): string {
    return text.replace(INVISIBLE, (character) => `\\u{${(character.codePointAt(0) ?? 0).toString(16).toUpperCase()}}`);
}
