/** GR304: an optional parameter that is compared without a check that it is present (M3). */
import type { AstNode } from 'langium';
import { AstUtils } from 'langium';
import { type Fix, obvious } from '../edits/edit.js';
import { insertAfter, keywordOf, partOf, removeItem, removeParts, replaceNode } from '../edits/edits.js';
import type { Problem } from '../edits/place.js';
import { toolsOfCall, conditionsOf, definitionOf } from '../names/conditions.js';
import type { Condition, Event, Param, Term, Tool } from '../generated/ast.js';
import * as ast from '../generated/ast.js';
import { isBuiltin } from '../library/builtin.js';
import { nameOwner, paramsInScope } from '../names/name-owner.js';
import { eventTools } from '../names/selectors.js';
import { typeOf } from '../types/types.js';
import { nameText } from '../../server/model/text/typed-text.js';
import type { Reporter, ValidationRule } from './rule.js';

export const optional: ValidationRule = {
    codes: ['GR304'],
    checks: {
        SubjectRule: (node, report) => checkCall(node, node.subjects, report),
        NeverClaim: (node, report) => checkCall(node, [node.subject], report),
        RequiresClaim: (node, report) => checkCall(node, [node.subject], report),
        Event: (node, report) => checkCall(node, [node], report),
        Definition: (node, report) => {
            const optionals = node.params
                .filter(ast.isParam)
                .filter((param) => param.name && param.optional && !param.default);
            for (const { name } of optionals) {
                reportReads(
                    absent(node.condition, { owner: node, name, bound: new Map(), known: new Map() }),
                    name,
                    report
                );
            }
        }
    }
};

function checkCall(node: AstNode, events: readonly (Event | undefined)[], report: Reporter): void {
    const owner = { kind: 'call', node, events: events.filter((event) => event !== undefined) } as const;
    for (const name of new Set(toolsOfCall(owner, report.inventory).flatMap(optionalsOf))) {
        reportReads(guardsWithout(node, { owner: node, name, bound: new Map(), known: new Map() }), name, report);
    }
}

const optionals = new WeakMap<readonly Param[], readonly string[]>();

/** The names of the optional parameters of the tool, cached because all rules about the tool need them. */
function optionalsOf({ params }: Tool): readonly string[] {
    let names = optionals.get(params);
    if (!names) {
        names = params.filter(isOptional).map((param) => param.name);
        optionals.set(params, names);
    }
    return names;
}

export function isOptional(param: Param): boolean {
    return Boolean(param.name) && param.optional && param.default === undefined;
}

/** With a default, the parameter or field is never absent. Undefined for declarations that are not the author's. */
export function withDefault(params: readonly Param[], isPreferred = true): Fix | undefined {
    const [first] = params;
    const isBuiltIn = params.some((param) => !param.$cstNode || isBuiltin(AstUtils.getDocument(param).uri));
    const text = first && !isBuiltIn ? defaultOf(first.type) : undefined;
    if (text === undefined) {
        return undefined;
    }
    const changes = params.flatMap((param) => {
        const mark = partOf(param, 'optional');
        return [...(mark ? [removeParts(mark)] : []), insertAfter(param, ` = ${text}`)];
    });
    return { title: `Give \`${first!.name}\` the default \`${text}\``, changes, isPreferred };
}

function defaultOf(type: ast.Type): string | undefined {
    const model = typeOf(type);
    switch (model.kind) {
        case 'string':
            return model.pattern ? undefined : '""';
        case 'int':
        case 'number':
        case 'decimal':
            return String(Math.min(Math.max(0, model.min ?? 0), model.max ?? 0));
        case 'bool':
            return 'false';
        case 'literals':
            return JSON.stringify(model.values[0]);
        default:
            return undefined;
    }
}

function reportReads(absence: Absence, name: string, report: Reporter): void {
    for (const node of absence.reads) {
        report.error(
            'GR304',
            node,
            ast.isEventArgument(node)
                ? `"${name}" is optional, and a call without it has nothing to compare. Write \`where (${name} given and ${name} == …)\`, or give the parameter a default.`
                : `"${name}" is optional, and without it there is nothing to compare. Write \`${name} given and …\` (or \`${name} given implies …\`), or give the parameter a default.`,
            (problem) => whenGiven(node, name, problem)
        );
    }
}

/** Asks first whether the parameter is given, or gives it a default. */
function whenGiven(node: AstNode, name: string, problem: Problem): Fix[] {
    const params = ast.isEventArgument(node)
        ? eventTools([node.$container], problem.inventory).flatMap((tool) => tool.params)
        : paramsInScope(node, problem.inventory);
    const usual = withDefault(
        params.filter((param) => param.name === name && isOptional(param)),
        false
    );
    return [
        ...(ast.isEventArgument(node) ? argumentGiven(node, name) : conditionGiven(node)),
        ...(usual ? [usual] : [])
    ];
}

function conditionGiven(node: AstNode): Fix[] {
    const condition = conditionAround(node);
    if (!condition) {
        return [];
    }
    const [name, text] = [node.$cstNode!.text, condition.$cstNode!.text];
    const [and, implies] = [`${name} given and ${text}`, `${name} given implies ${text}`];
    const { $container: container, $containerProperty: property } = condition;
    const isWhole = !ast.isBinaryCondition(container) && !ast.isNegation(container) && property !== 'where';
    const isInChain = ast.isBinaryCondition(container) && container.operator !== 'implies';
    return (isRequired(condition) ? [implies, and] : [and, implies]).map((each, index) => ({
        title: `Write \`${each}\``,
        changes: [replaceNode(condition, isWhole || (isInChain && each === and) ? each : `(${each})`)],
        isPreferred: index === 0
    }));
}

/** The condition that reads the value, without the logic around it. */
function conditionAround(node: AstNode): Condition | undefined {
    let current: AstNode = node;
    while (current.$container) {
        const { $container: container, $containerProperty: property } = current;
        if (
            ast.isBinaryCondition(container) ||
            ast.isNegation(container) ||
            ast.isQuantified(container) ||
            ['when', 'unless', 'condition', 'where'].includes(property!)
        ) {
            return current as Condition;
        }
        current = container;
    }
    return undefined;
}

/** True if the condition has to be true for every call, because a call without the parameter should pass. */
function isRequired(condition: AstNode): boolean {
    let current = condition;
    while (ast.isBinaryCondition(current.$container)) {
        current = current.$container;
    }
    const { $container: owner, $containerProperty: property } = current;
    return property === 'condition' && (ast.isRequire(owner) || ast.isRequiresClaim(owner));
}

/** `mail.send(subject: "x")` becomes a condition in `where`. */
function argumentGiven(argument: ast.EventArgument, name: string): Fix[] {
    const event = argument.$container;
    const value = argument.value?.$cstNode?.text;
    const open = partOf(event, 'listed');
    if (value === undefined || event.where || !open) {
        return [];
    }
    const written = nameText(name);
    const text = ` where (${written} given and ${written} == ${value})`;
    const close = keywordOf(event, ')')!;
    const changes =
        event.args.length > 1
            ? [removeItem(argument.$cstNode!), insertAfter(event, text)]
            : close.end === event.$cstNode!.end
              ? [{ ...removeParts(open, close), text }]
              : [removeParts(open, close), insertAfter(event, text)];
    return [obvious(`Ask for \`${written}\` after \`where\``, ...changes)];
}

/**
 * The facts known about a condition when the parameter is absent: its value, or the comparisons that would decide it.
 */
interface Absence {
    readonly value?: boolean;
    readonly reads: readonly AstNode[];
}

const OPEN: Absence = { reads: [] };

interface Question {
    /** The node that owns the parameter, whose places are searched for the name. */
    readonly owner: AstNode;
    readonly name: string;
    /** For the parameters of enclosing definitions, the arguments passed for them, if they contain the parameter. */
    readonly bound: ReadonlyMap<Param, AstNode | undefined>;
    /**
     * The results for uses of definitions, which are cached because definitions that use each other give many more
     * paths than texts.
     */
    readonly known: Map<ast.Definition, { readonly args: readonly (AstNode | undefined)[]; result: Absence }[]>;
}

/** All conditions that a rule or claim evaluates together for one call. */
function guardsWithout(node: AstNode, question: Question): Absence {
    if (ast.isEvent(node)) {
        const args = node.args.filter((arg) => arg.value && arg.param?.$refText === question.name);
        return both([...args.map((arg) => ({ reads: [arg] })), absent(node.where, question)]);
    }
    if (ast.isSubjectRule(node) || ast.isLimit(node) || ast.isNeverClaim(node)) {
        const guards = both([
            absent(node.when, question),
            ...(node.unless ? [opposite(absent(node.unless, question))] : [])
        ]);
        return ast.isRequire(node) ? both([guards, opposite(absent(node.condition, question))]) : guards;
    }
    return both(conditionsOf(node).map((condition) => absent(condition, question)));
}

/** The value of a condition in Kleene's logic (M3): no comparison can undo what `given` decides. */
function absent(condition: Condition | undefined, question: Question): Absence {
    if (ast.isBinaryCondition(condition)) {
        const left = absent(condition.left, question);
        const right = absent(condition.right, question);
        switch (condition.operator) {
            case 'and':
                return both([left, right]);
            case 'or':
                return either(left, right);
            case 'implies':
                return either(opposite(left), right);
        }
    }
    if (ast.isNegation(condition)) {
        return opposite(absent(condition.arg, question));
    }
    if (ast.isGiven(condition)) {
        const param = condition.param?.ref;
        const bound = param && question.bound.has(param);
        const isAbsent = bound ? question.bound.get(param) !== undefined : isTheParameter(condition, param, question);
        return isAbsent ? { value: false, reads: [] } : OPEN;
    }
    if (ast.isComparison(condition)) {
        return { reads: [...readsOf(condition.left, question), ...readsOf(condition.right, question)] };
    }
    if (
        ast.isMembership(condition) ||
        ast.isMatches(condition) ||
        ast.isIsPrivate(condition) ||
        ast.isFrom(condition) ||
        ast.isRedirects(condition)
    ) {
        return { reads: readsOf(condition.left, question) };
    }
    const tested = rightSideOf(condition);
    if (tested) {
        return { reads: [...readsOf(tested.left, question), ...readsOf(tested.right, question)] };
    }
    if (ast.isCommandTest(condition)) {
        return { reads: readsOf(condition.of, question) };
    }
    if (ast.isInList(condition)) {
        return { reads: [...readsOf(condition.left, question), ...readsOf(condition.list, question)] };
    }
    if (ast.isQuantified(condition)) {
        const inside = absent(condition.condition, question);
        return { reads: [...readsOf(condition.list, question), ...inside.reads] };
    }
    if (ast.isHolds(condition)) {
        const definition = definitionOf(condition.term);
        return definition && ast.isReference(condition.term)
            ? absentInDefinition(definition, condition.term, question)
            : { reads: readsOf(condition.term, question) };
    }
    return OPEN;
}

/** The two sides of a test of a text. */
function rightSideOf(condition: Condition | undefined): { left: Term; right: Term | undefined } | undefined {
    if (ast.isStartsWith(condition)) {
        return { left: condition.left, right: condition.prefix };
    }
    if (ast.isEndsWith(condition)) {
        return { left: condition.left, right: condition.suffix };
    }
    if (ast.isContains(condition)) {
        return { left: condition.left, right: condition.value };
    }
    return ast.isWithin(condition) ? { left: condition.left, right: condition.range } : undefined;
}

function absentInDefinition(definition: ast.Definition, use: ast.Reference, question: Question): Absence {
    const params = definition.params.filter(ast.isParam);
    const args = params.map((_, index) => readsOf(use.args[index], question)[0]);
    if (args.every((arg) => arg === undefined)) {
        return OPEN;
    }
    const known = question.known.get(definition) ?? [];
    question.known.set(definition, known);
    let entry = known.find((other) => other.args.every((arg, index) => arg === args[index]));
    if (!entry) {
        // A definition that uses itself (GR308) contributes nothing until its result is known.
        entry = { args, result: OPEN };
        known.push(entry);
        const bound = new Map(params.map((param, index) => [param, args[index]]));
        entry.result = absent(definition.condition, { ...question, bound });
    }
    return entry.result;
}

/** The places of the text where the term reads the parameter. */
function readsOf(term: Term | undefined, question: Question): AstNode[] {
    if (
        ast.isHostOf(term) ||
        ast.isTimeOf(term) ||
        ast.isLengthOf(term) ||
        ast.isPartOf(term) ||
        ast.isFieldAccess(term)
    ) {
        return readsOf(term.of, question);
    }
    const param = ast.isReference(term) ? term.target?.ref : undefined;
    if (!term || !ast.isParam(param)) {
        return [];
    }
    if (question.bound.has(param)) {
        const argument = question.bound.get(param);
        return argument ? [argument] : [];
    }
    return isTheParameter(term, param, question) ? [term] : [];
}

function isTheParameter(node: AstNode, param: Param | undefined, question: Question): boolean {
    return param?.name === question.name && nameOwner(node)?.node === question.owner;
}

function both(parts: readonly Absence[]): Absence {
    if (parts.some((part) => part.value === false)) {
        return { value: false, reads: [] };
    }
    const open = parts.filter((part) => part.value === undefined);
    return open.length === 0 && parts.length > 0
        ? { value: true, reads: [] }
        : { reads: [...new Set(open.flatMap((part) => part.reads))] };
}

function either(left: Absence, right: Absence): Absence {
    return opposite(both([opposite(left), opposite(right)]));
}

function opposite(part: Absence): Absence {
    return part.value === undefined ? part : { value: !part.value, reads: [] };
}
