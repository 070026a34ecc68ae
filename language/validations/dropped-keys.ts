/**
 * GR428: a pattern over the history that drops the key its call has: `require once verify for transfer`, with any
 * account.
 */
import { MOST_OFFERED, type Fix } from '../edits/edit.js';
import { insertAfter } from '../edits/edits.js';
import * as ast from '../generated/ast.js';
import type { Inventory } from '../names/inventory.js';
import { eventTools } from '../names/selectors.js';
import { areComparable, typeOf } from '../types/types.js';
import { termText } from '../types/terms.js';
import { conjunctsOf } from '../types/value-sets.js';
import { nameText } from '../../server/model/text/typed-text.js';
import type { Reporter, ValidationRule } from './rule.js';

export const droppedKeys: ValidationRule = {
    codes: ['GR428'],
    checks: { Rule: checkRule }
};

/**
 * This is reported only if something must have happened: a `deny` for any key is stricter than one for the same key.
 */
function checkRule(rule: ast.Rule, report: Reporter): void {
    if (ast.isOrder(rule)) {
        rule.events.slice(1).forEach((event, index) => check(rule.events[index]!, [event], report));
        return;
    }
    const condition = ast.isRequire(rule) ? rule.condition : ast.isAllow(rule) ? rule.when : undefined;
    const conjuncts = conjunctsOf(condition, true);
    for (const { condition: asked, holds } of conjuncts) {
        if (holds && ast.isOnce(asked) && !asked.then && ast.isSubjectRule(rule)) {
            check(asked.event, rule.subjects, report);
        }
    }
}

function check(event: ast.Event, subjects: readonly ast.Event[], report: Reporter): void {
    const { inventory } = report;
    if (!event || event.listed || event.where || !ast.isToolSelector(event.selector)) {
        return;
    }
    const keys = commonKeys(eventTools([event], inventory), eventTools(subjects, inventory));
    if (keys.length === 1) {
        const [{ past, call }] = keys as [Key];
        const argument = past === call ? past : `${past}: ${call}`;
        const text = termText(event.selector);
        report.info(
            'GR428',
            [event, 'selector'],
            `A \`${text}\` of any \`${past}\` is enough, whatever the \`${call}\` of the call is. If they must be the same, write \`${text}(${argument})\`; if you mean any, write \`${text}()\`.`,
            ({ inventory }) => [
                ...withKeys(event, subjects, inventory),
                { title: `Write \`${text}()\`: any is meant`, changes: [insertAfter(event.selector, '()')] }
            ]
        );
    }
}

/** Requires an earlier call for the same account, customer or file as the decided one. */
export function withKeys(event: ast.Event, decided: readonly ast.Event[], inventory: Inventory): Fix[] {
    const [past, called] = [eventTools([event], inventory), eventTools(decided.slice(0, 1), inventory)];
    const found = (past[0]?.params ?? []).flatMap((param) => {
        const same = (called[0]?.params ?? []).find(
            (other) =>
                areComparable(typeOf(other.type), typeOf(param.type)) &&
                (other.name === param.name || (ast.isEntityType(other.type) && ast.isEntityType(param.type)))
        );
        const [own, other] = [param.name, same?.name ?? ''].map((each) => nameText(each));
        const isKey = ast.isEntityType(param.type) || ID.test(param.name);
        return same ? [{ isKey, text: own === other ? own! : `${own}: ${other}` }] : [];
    });
    const keys = found.filter(({ isKey }) => isKey);
    const texts = (keys.length > 0 ? keys : found).slice(0, MOST_OFFERED);
    return texts.map(({ text }) => ({
        title: `Write \`${event.selector.$cstNode!.text}(${text})\``,
        changes: [insertAfter(event.selector, `(${text})`)],
        isPreferred: texts.length === 1
    }));
}

/** Matches the names of identifiers. */
const ID = /(^|_)id$|[a-z]Id$/;

interface Key {
    readonly past: string;
    readonly call: string;
}

/**
 * Pairs of identifiers of one kind that each of the tools has exactly once: nothing else shows that they are the same
 * thing.
 */
function commonKeys(past: readonly ast.Tool[], called: readonly ast.Tool[]): Key[] {
    const [first] = past;
    const [other] = called;
    if (!first || !other) {
        return [];
    }
    return keysOf(first).flatMap(({ entity, name }) => {
        const isOnlyOne = (tool: ast.Tool): boolean => keysOf(tool).filter((key) => key.entity === entity).length === 1;
        const call = keysOf(other).find((key) => key.entity === entity)?.name;
        const isCommon =
            [...past, ...called].every(isOnlyOne) &&
            past.every((tool) => keysOf(tool).some((key) => key.name === name)) &&
            called.every((tool) => keysOf(tool).some((key) => key.name === call));
        return call !== undefined && isCommon ? [{ past: name, call }] : [];
    });
}

/**
 * The parameters that are identifiers, grouped by name: those of an entity type, and those of a text type with a name
 * that denotes an identifier.
 */
function keysOf({ params }: ast.Tool): { readonly name: string; readonly entity: unknown }[] {
    return params.flatMap((param) => {
        const entity = identity(param);
        return entity === undefined ? [] : [{ name: param.name, entity }];
    });
}

function identity({ name, type, optional }: ast.Param): unknown {
    if (optional || !name) {
        return undefined;
    }
    if (ast.isEntityType(type)) {
        return type.entity?.ref;
    }
    return ast.isPrimitiveType(type) && (type.name === 'string' || type.name === 'int') && ID.test(name)
        ? `${type.name} ${name}`
        : undefined;
}
