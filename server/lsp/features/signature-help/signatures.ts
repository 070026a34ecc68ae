/** Writes callable elements as signatures: the label, and the place of each parameter in it. */
import type { AstNode } from 'langium';
import type { ParameterInformation, SignatureInformation } from 'vscode-languageserver';
import type * as ast from '../../../../language/generated/ast.js';
import { toolName } from '../../../../language/names/inventory.js';
import { keywordDoc } from '../../text/keyword-docs.js';
import { textOf } from '../../text/source-text.js';

/** The name of a parameter, by which an argument may be given, and the text of the parameter. */
export interface Parameter {
    readonly name: string;
    readonly text: string;
    readonly doc?: string | undefined;
}

export interface Signature {
    readonly information: SignatureInformation;
    readonly names: readonly string[];
    /** True if the arguments are assigned to the parameters in this order; otherwise each argument is named. */
    readonly positional: boolean;
}

type Doc = (node: AstNode) => string | undefined;

export function toolSignature(tool: ast.Tool, doc: Doc): Signature {
    return signature(toolName(tool), tool.params.map(parameter(doc)), doc(tool));
}

/** The signature of the result that a scenario gives. */
export function resultSignature(tool: ast.Tool, doc: Doc): Signature {
    return signature(`${toolName(tool)} returns `, tool.returns.map(parameter(doc)), doc(tool));
}

export function eventSignature(event: ast.OutsideEvent, doc: Doc): Signature {
    return signature(event.name, event.params.map(parameter(doc)), doc(event));
}

/** The parameters in parentheses that all tools passed for the parameter must have. */
export function toolsParamSignature(param: ast.ToolsParam, doc: Doc): Signature {
    return signature(param.name, param.params.map(parameter(doc)), doc(param));
}

export function packSignature(pack: ast.Pack, doc: Doc): Signature {
    return signature(pack.name, pack.params.map(parameter(doc)), doc(pack));
}

/** The signature of a definition: values in order, followed by named arguments that are not values. */
export function definitionSignature(definition: ast.Definition, doc: Doc): Signature {
    return signature(definition.name, definition.params.map(parameter(doc)), doc(definition), true);
}

export function signalSignature(signal: ast.Signal, doc: Doc): Signature {
    return signature(signal.name, signal.params.map(parameter(doc)), doc(signal), true);
}

function parameter(doc: Doc): (param: ast.Param | ast.PackParam) => Parameter {
    return (param) => ({ name: param.name, text: textOf(param), doc: doc(param) });
}

function signature(
    name: string,
    parameters: readonly Parameter[],
    documentation: string | undefined,
    positional = false,
    separator = ', '
): Signature {
    let label = `${name}(`;
    const informations = parameters.map(({ text, doc }, index): ParameterInformation => {
        label += index === 0 ? '' : separator;
        const start = label.length;
        label += text;
        return { label: [start, label.length], ...(doc !== undefined && { documentation: markdown(doc) }) };
    });
    return {
        information: {
            label: `${label})`,
            parameters: informations,
            ...(documentation !== undefined && { documentation: markdown(documentation) })
        },
        names: parameters.map(({ name: each }) => each),
        positional
    };
}

function markdown(value: string): { readonly kind: 'markdown'; readonly value: string } {
    return { kind: 'markdown', value };
}

const SPAN: readonly Parameter[] = [
    {
        name: 'since',
        text: 'since event',
        doc: 'Only events after the latest such event, or since the `start` of the session.'
    },
    { name: 'within', text: 'within duration', doc: 'Only events within this time before, such as `24h`.' },
    { name: 'across', text: 'across sessions', doc: 'Events of all sessions, not only of this one.' }
];
const EVENT: Parameter = {
    name: '',
    text: 'event',
    doc: 'Which calls, such as `mail.send`, `attempted mail.send` or `mail.send where to == "x"`.'
};

/** The keywords that precede a parenthesis: their parts are distinguished by words, not by commas. */
export const BUILT_IN: { readonly [word: string]: readonly Signature[] } = {
    count: [
        signature('count', [EVENT, ...SPAN], keywordDoc('count'), false, ' '),
        signature(
            'count',
            [
                { name: 'distinct', text: 'distinct value', doc: 'The parameter whose different values are counted.' },
                { ...EVENT, name: 'of', text: 'of event' },
                ...SPAN
            ],
            keywordDoc('distinct'),
            false,
            ' '
        )
    ],
    total: [
        signature(
            'total',
            [
                {
                    name: '',
                    text: 'event.field',
                    doc: 'The calls, and which number of them to add up: `bank.pay.amount`, or `bank.pay.result.price` of the result.'
                },
                { name: 'where', text: 'where condition', doc: 'Only the calls for which this is true.' },
                ...SPAN
            ],
            keywordDoc('total'),
            false,
            ' '
        )
    ]
};
