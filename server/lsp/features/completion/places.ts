/** Keeps only the grammatically possible words that have a meaning at their place. */
import type { GrammarAST } from 'langium';
import * as ast from '../../../../language/generated/ast.js';
import type { Inventory } from '../../../../language/names/inventory.js';
import { unquoteName } from '../../../../language/parser/values.js';
import { ruleOf } from '../../text/grammar.js';
import type { StatementContext } from './statement.js';

/**
 * A place for an event: the decided call, a step of a `possible`, an earlier event, or an event that already has a
 * status.
 */
export type EventPlace = 'call' | 'step' | 'past' | 'status';

export function fitsPlace(
    keyword: GrammarAST.Keyword,
    statement: StatementContext,
    inventory: Inventory,
    argument: ast.DefinitionParam | undefined
): boolean {
    if (keyword.value === 'except' && followsTool(statement, inventory)) {
        return false;
    }
    const rule = ruleOf(keyword)?.name ?? '';
    const isNamed = NAMING[rule] ?? (() => true);
    if (!inventory.elements.some(isNamed)) {
        return false;
    }
    if (rule === 'DelegationSelector' && isGroup(statement)) {
        return false;
    }
    if (SAME.has(rule) && isOfNoCall(statement)) {
        return false;
    }
    const places = PLACES[EVENTS.has(rule) && STATUSES.has(keyword.value) ? 'status' : `${rule} ${keyword.value}`];
    if (places && !places.includes(ast.isEventParam(argument) ? 'past' : placeOf(statement))) {
        return isCounted(statement) && (EVENTS.has(rule) || SAME.has(rule));
    }
    return rule === 'Root' ? fitsRoot(keyword.value, statement, inventory) : fitsStep(keyword, statement, inventory);
}

/** True after the name of one tool, from which nothing can be excepted. */
function followsTool({ tokens }: StatementContext, { toolsByName }: Inventory): boolean {
    const [tool = '', dot, server] = tokens
        .slice(-3)
        .reverse()
        .map(({ image }) => unquoteName(image));
    return toolsByName.has(dot === '.' ? `${server}.${tool}` : tool);
}

/** The rules of the grammar that have no meaning without such a declaration. */
const NAMING: { readonly [rule: string]: (element: ast.Element) => boolean } = {
    DelegationSelector: isDelegating,
    DelegateStep: isDelegating,
    ReturnStep: isDelegating,
    InMode: ast.isModes,
    ModeEntered: ast.isModes
};

function isDelegating(element: ast.Element): boolean {
    return ast.isAgent(element) && element.delegations.length > 0;
}

/** True where the tools of a group or of an `except` are listed. */
function isGroup({ tokens }: StatementContext): boolean {
    return tokens[0]?.tokenType.name === 'group' || tokens.at(-1)?.image === 'except';
}

const EVENTS: ReadonlySet<string> = new Set(['Event', 'OwnerEvent', 'LatestEvent']);

const STATUSES: ReadonlySet<string> = new Set([
    ...['succeeded', 'attempted', 'denied', 'held', 'released', 'running', 'failed', 'approved', 'refused']
]);

/** The places for statuses: only the outcome of an earlier call is known (GR401, GR420). */
const PLACES: { readonly [words: string]: readonly EventPlace[] } = {
    status: ['past'],
    'SameCall same': ['past', 'status'],
    'SameTool same': ['past', 'status'],
    'DelegationSelector end': ['past', 'step'],
    'UserSays user': ['past', 'step'],
    'ModeEntered entered': ['past'],
    // This follows `since`, where the grammar has a separate word for it.
    'SessionStart start': []
};

const SAME: ReadonlySet<string> = new Set(['SameCall', 'SameTool']);

/** True where an earlier event is compared with no decided call (GR420, GR422, GR453). */
function isOfNoCall({ tokens }: StatementContext): boolean {
    return (
        ['order', 'after', 'until', 'on'].includes(tokens.at(-1)?.image ?? '') ||
        (tokens[0]?.image === 'claim' && tokens.some(({ image }) => image === 'always'))
    );
}

/** `limit attempted E to 5` counts attempts, so a status is meaningful. */
function isCounted({ tokens }: StatementContext): boolean {
    const last = tokens.at(-1)?.image ?? '';
    return last === 'limit' || (last !== 'at' && tokens.at(-2)?.image === 'most');
}

/** The subject of a pattern at the cursor. */
export function placeOf({ tokens }: StatementContext): EventPlace {
    const last = tokens.at(-1)?.image ?? '';
    if (STATUSES.has(last)) {
        return 'status';
    }
    if (last === 'possible' || (last === 'then' && tokens.some(({ image }) => image === 'possible'))) {
        return 'step';
    }
    switch (last) {
        case '=':
            return tokens[0]?.image === 'define' ? 'past' : 'call';
        case '(':
            return tokens.at(-2)?.image !== 'except' ? 'past' : 'call';
        case 'of':
            return tokens.some(({ image }) => image === 'distinct') ? 'past' : 'call';
        case 'per':
            return 'past';
        case 'is':
            return tokens.at(-2)?.image === 'last' ? 'past' : 'call';
        default:
            return BEFORE_THE_PAST.has(last) ? 'past' : 'call';
    }
}

const BEFORE_THE_PAST: ReadonlySet<string> = new Set([
    ...['once', 'since', 'no', 'when', 'unless', 'and', 'or', 'not', 'implies', 'latest', 'on'],
    ...['require', 'requires', 'order', 'always', 'after', 'until', 'then']
]);

/** True if the word starts a scenario step that the preceding name can perform. */
function fitsRoot(word: string, { tokens }: StatementContext, { elements }: Inventory): boolean {
    const has = (...words: string[]): boolean => tokens.some(({ image }) => words.includes(image));
    switch (word) {
        case 'session':
            return elements.some(ast.isSessionConstant);
        case 'request':
            return elements.some(ast.isRequest);
        case 'call':
            return has('where');
        default:
            return has('where', 'withhold', 'succeeds', 'reads') || (has('assume') && has('result'));
    }
}

/** True if the name before the word can perform the scenario step. */
function fitsStep(keyword: GrammarAST.Keyword, { tokens }: StatementContext, inventory: Inventory): boolean {
    const is = STEP_ACTORS[`${ruleOf(keyword)?.name} ${keyword.value}`];
    if (!is) {
        return true;
    }
    let first = tokens.length - 1;
    while (first > 1 && tokens[first - 1]?.image === '.') {
        first -= 2;
    }
    const name = tokens
        .slice(first)
        .map(({ image }) => unquoteName(image))
        .join('');
    const tool = inventory.toolsByName.get(name);
    const actors = [
        ...inventory.elements.filter(isActor).filter((actor) => actor.name === name),
        ...(tool ? [tool] : [])
    ];
    return actors.length === 0 || actors.some(is);
}

const STEP_ACTORS: { readonly [words: string]: (node: unknown) => boolean } = {
    'CallStep calls': ast.isAgent,
    'DelegateStep delegates': ast.isAgent,
    'ReturnStep returns': ast.isAgent,
    'HumanStep approves': ast.isHuman,
    'HumanStep refuses': ast.isHuman,
    'SaysStep says': ast.isHuman,
    'EventStep happens': ast.isOutsideEvent,
    'EndStep ends': ast.isTool,
    'EndStep fails': ast.isTool,
    'EndStep lost': ast.isTool,
    'EndStep returns': ast.isTool,
    'Signals with': ast.isTool
};

function isActor(node: ast.Element): node is ast.Agent | ast.Human | ast.OutsideEvent {
    return ast.isAgent(node) || ast.isHuman(node) || ast.isOutsideEvent(node);
}
