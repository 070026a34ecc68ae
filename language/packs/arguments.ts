/** Assigns the arguments where a definition is named: values by position or by name, everything else by name. */
import type { AstNode } from 'langium';
import * as ast from '../generated/ast.js';
import { expectedBy, fits, wrongValue } from './values.js';

export interface Arguments {
    /** The parameters that are values, including defaults. */
    readonly values: ReadonlyMap<ast.Param, ast.Term | ast.PackValue>;
    /** The other parameters. */
    readonly others: ReadonlyMap<ast.PackParam, ast.PackValue>;
    readonly problems: readonly { readonly node: AstNode; readonly message: string }[];
}

export function argumentsOf(reference: ast.Reference, definition: ast.Definition): Arguments {
    const values = new Map<ast.Param, ast.Term | ast.PackValue>();
    const others = new Map<ast.PackParam, ast.PackValue>();
    const problems: { node: AstNode; message: string }[] = [];
    const report = (node: AstNode, message: string): void => void problems.push({ node, message });
    const positional = definition.params.filter(isValue);
    reference.args.forEach((argument, index) => {
        const param = positional[index];
        if (param) {
            values.set(param, argument);
        }
    });
    if (reference.args.length > positional.length) {
        report(reference, tooMany(reference, definition, positional.length));
    }
    for (const argument of reference.named) {
        const param = argument.param?.ref;
        // An incomplete argument lacks its value.
        if (!param || !(argument.value as ast.PackValue | undefined)) {
            continue;
        }
        if ((isValue(param) ? values : others).has(param as ast.Param & ast.PackParam)) {
            report(argument, `The argument "${param.name}" is given twice. Remove one of the two.`);
        } else if (isValue(param)) {
            const problem = wrongTerm(param, argument);
            if (problem !== undefined) {
                report(argument, problem);
            }
            values.set(param, argument.value);
        } else {
            const problem = wrongValue(param, argument.value);
            if (problem !== undefined) {
                report(argument, problem);
            }
            others.set(param, argument.value);
        }
    }
    // A misspelt name is reported as such, and is probably the missing one.
    if (reference.named.every((argument) => argument.param?.ref)) {
        const missing = definition.params.filter((param) => {
            const given = isValue(param) ? values.has(param) : others.has(param);
            const initial = isValue(param) ? param.default : param.initial;
            return Boolean(param.name) && !given && !initial;
        });
        if (missing.length > 0 && problems.length === 0) {
            report(reference, lacks(reference, definition, missing));
        }
    }
    for (const param of definition.params) {
        if (isValue(param)) {
            if (param.default && !values.has(param)) {
                values.set(param, param.default);
            }
        } else if (param.initial && !others.has(param)) {
            others.set(param, param.initial);
        }
    }
    for (const [param, value] of others) {
        if (ast.isNameValue(value) && value.target?.ref && !fits(param, value)) {
            report(value, `"${param.name}" takes ${expectedBy(param)}, not \`${value.target?.$refText}\`.`);
        }
    }
    return { values, others, problems };
}

/** The term that a named value argument refers to, if it is one. */
export function termIn(value: ast.Term | ast.PackValue): ast.Term | undefined {
    if (ast.isConstantValue(value)) {
        return value.literal;
    }
    if (ast.isConditionValue(value)) {
        return ast.isHolds(value.condition) ? value.condition.term : undefined;
    }
    return ast.isPackValue(value) ? undefined : value;
}

export function isValue(param: ast.DefinitionParam): param is ast.Param {
    return ast.isParam(param) && !ast.isPackParam(param);
}

function wrongTerm(param: ast.Param, { value }: ast.NamedArgument): string | undefined {
    const isTerm = ast.isNameValue(value) ? !value.target?.ref || ast.isParam(value.target?.ref) : termIn(value);
    return isTerm
        ? undefined
        : `"${param.name}" takes a value: a constant or a parameter of the call, not \`${value.$cstNode?.text ?? ''}\`.`;
}

function tooMany(reference: ast.Reference, definition: ast.Definition, most: number): string {
    const { name, params } = definition;
    if (params.length === 0) {
        return `The definition "${name}" takes no arguments. Write \`${name}\` alone.`;
    }
    return `The definition "${name}" takes ${most}${most < params.length ? ' without a name' : ''}, not ${reference.args.length}: write ${usage(definition)}.`;
}

function lacks(reference: ast.Reference, definition: ast.Definition, missing: readonly ast.DefinitionParam[]): string {
    if (definition.params.every(isValue) && definition.params.every(({ default: initial }) => !initial)) {
        return reference.called
            ? `The definition "${definition.name}" takes ${definition.params.length}, not ${reference.args.length}: write ${usage(definition)}.`
            : `The definition "${definition.name}" needs arguments: write ${usage(definition)}.`;
    }
    const wanted = missing.map((param) => `"${param.name}" (${expectedBy(param)})`).join(' and ');
    return `The definition "${definition.name}" needs ${wanted}: write ${usage(definition)}.`;
}

function usage({ name, params }: ast.Definition): string {
    return `\`${name}(${params.map((param) => (isValue(param) ? param.name : `${param.name}: …`)).join(', ')})\``;
}
