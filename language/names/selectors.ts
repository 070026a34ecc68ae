/** The tools that a selector selects, three-valued: a `hint` trait leaves it unknown (M17). */
import type { Truth } from '../../server/model/policy/truth.js';
import type { Event, GlobSelector, Group, Label, Selector, Tool } from '../generated/ast.js';
import {
    isAnyTool,
    isGlobSelector,
    isGroup,
    isReadsSelector,
    isSameTool,
    isTool,
    isToolList,
    isToolSelector,
    isToolsExcept,
    isTraitSelector
} from '../generated/ast.js';
import type { Inventory, NamedTool } from './inventory.js';
import { perInventory } from './inventory.js';

const FALSE: Truth = 0;
const UNKNOWN: Truth = 1;
const TRUE: Truth = 2;

/** Each tool that the selector may select, with unknown if only a hint selects it. */
export function selectedTools(selector: Selector, inventory: Inventory): ReadonlyMap<Tool, Truth> {
    let known = cache.get(inventory);
    if (!known) {
        known = new WeakMap();
        cache.set(inventory, known);
    }
    let selected = known.get(selector);
    if (!selected) {
        selected = select(selector, inventory);
        known.set(selector, selected);
    }
    return selected;
}

/** The tools that each selector selects. They do not change, because an inventory describes one state of all files. */
const cache = new WeakMap<Inventory, WeakMap<Selector, ReadonlyMap<Tool, Truth>>>();

function select(selector: Selector, inventory: Inventory): ReadonlyMap<Tool, Truth> {
    const target = isToolSelector(selector) ? selector.target?.ref : undefined;
    if (isTool(target)) {
        return new Map([[target, TRUE]]);
    }
    const places = placesOf(inventory);
    return new Map(
        [...valuesOf(selector, inventory)]
            .filter(([, value]) => value !== FALSE)
            .sort(([one], [other]) => places.get(one)! - places.get(other)!)
    );
}

/** Queries that many selectors make on one inventory. */
const placesOf = perInventory((inventory) => new Map(inventory.tools.map(({ tool }, place) => [tool, place] as const)));
const groupsOf = perInventory(() => new Map<Group, ReadonlyMap<Tool, Truth>>());
const traitsOf = perInventory(({ tools }) => {
    const traits = new Map<string, Map<Tool, Truth>>();
    for (const { tool } of tools) {
        for (const { trait, hint } of tool.traits) {
            for (const name of trait?.$refText === 'readonly' && !hint ? ['readonly', 'atomic'] : [trait?.$refText]) {
                if (name !== undefined) {
                    traits.set(name, (traits.get(name) ?? new Map<Tool, Truth>()).set(tool, traitOf(tool, name)));
                }
            }
        }
    }
    return traits;
});
const readersOf = perInventory(({ tools }) => {
    const readers = new Map<Label, Map<Tool, Truth>>();
    for (const { tool } of tools) {
        for (const { ref } of tool.reads) {
            if (ref) {
                readers.set(ref, (readers.get(ref) ?? new Map<Tool, Truth>()).set(tool, TRUE));
            }
        }
    }
    return readers;
});

const NO_TOOLS: ReadonlyMap<Tool, Truth> = new Map();
const NO_GROUPS: ReadonlySet<Group> = new Set();

/**
 * The value of each tool that the selector may select. Visits each part of a long list once, not once for each tool.
 */
function valuesOf(
    selector: Selector,
    inventory: Inventory,
    open: ReadonlySet<Group> = NO_GROUPS
): ReadonlyMap<Tool, Truth> {
    if (isAnyTool(selector) || isSameTool(selector)) {
        return new Map(inventory.tools.map(({ tool }) => [tool, TRUE]));
    }
    if (isToolsExcept(selector)) {
        const excepted = maxOf(selector.except.map((part) => valuesOf(part, inventory, open)));
        const others = [...valuesOf(selector.of, inventory, open)];
        return new Map(others.map(([tool, value]) => [tool, min(value, (2 - (excepted.get(tool) ?? FALSE)) as Truth)]));
    }
    if (isToolList(selector)) {
        return maxOf(selector.members.map((member) => valuesOf(member, inventory, open)));
    }
    if (isToolSelector(selector)) {
        const target = selector.target?.ref;
        if (isTool(target)) {
            return new Map([[target, TRUE]]);
        }
        return isGroup(target) ? valuesOfGroup(target, inventory, open) : NO_TOOLS;
    }
    if (isTraitSelector(selector)) {
        return traitsOf(inventory).get(selector.trait?.$refText ?? '') ?? NO_TOOLS;
    }
    if (isReadsSelector(selector)) {
        return (selector.label?.ref && readersOf(inventory).get(selector.label.ref)) ?? NO_TOOLS;
    }
    return isGlobSelector(selector)
        ? new Map(inventory.tools.map((named) => [named.tool, globMatches(selector, named) ? TRUE : FALSE]))
        : NO_TOOLS;
}

/**
 * Sorts groups so that they come before the groups that use them. This does not recurse, because a chain of groups may
 * be long.
 *
 * @param around the groups that contain the group: a group may not contain itself
 */
function valuesOfGroup(group: Group, inventory: Inventory, around: ReadonlySet<Group>): ReadonlyMap<Tool, Truth> {
    const known = groupsOf(inventory);
    const stack = known.has(group) || around.has(group) ? [] : [group];
    const open = new Set<Group>();
    for (let top = stack.at(-1); top; top = stack.at(-1)) {
        const first = open.has(top)
            ? []
            : top.members.flatMap(groupsIn).filter((inner) => !known.has(inner) && !open.has(inner));
        open.add(top);
        if (first.length > 0) {
            first.forEach((inner) => stack.push(inner));
        } else {
            stack.pop();
            known.set(top, known.get(top) ?? maxOf(top.members.map((part) => valuesOf(part, inventory, open))));
        }
    }
    return known.get(group) ?? NO_TOOLS;
}

/** The groups that the selector names. */
export function groupsIn(selector: Selector): Group[] {
    return partsOf(selector).flatMap((part) => {
        const target = isToolSelector(part) ? part.target?.ref : undefined;
        return isGroup(target) ? [target] : [];
    });
}

/** The selectors that a list or an `except` combines, and otherwise the selector itself. */
export function partsOf(selector: Selector): Selector[] {
    if (isToolsExcept(selector)) {
        return [selector.of, ...selector.except].flatMap(partsOf);
    }
    return isToolList(selector) ? selector.members.flatMap(partsOf) : [selector];
}

function maxOf(all: readonly ReadonlyMap<Tool, Truth>[]): ReadonlyMap<Tool, Truth> {
    const [first, ...others] = all;
    const values = new Map(first);
    for (const other of others) {
        other.forEach((value, tool) => values.set(tool, max(value, values.get(tool) ?? FALSE)));
    }
    return values;
}

/** True for a list without brackets, which needs them inside a condition. */
export function isOpenList(selector: Selector | undefined): boolean {
    return isToolList(selector) && selector.$cstNode?.text[0] !== '[';
}

/** The tools that any of the events may select. */
export function eventTools(events: readonly Event[], inventory: Inventory): Tool[] {
    const tools = new Set<Tool>();
    for (const event of events) {
        if (event.selector) {
            for (const tool of selectedTools(event.selector, inventory).keys()) {
                tools.add(tool);
            }
        }
    }
    return [...tools];
}

/** The value of a trait: as declared, unknown for a hint; `readonly` implies `atomic` when it is confirmed (M2). */
export function traitOf(tool: Tool, trait: string): Truth {
    let value: Truth = FALSE;
    for (const use of tool.traits) {
        if (use.trait?.$refText === trait || (trait === 'atomic' && use.trait?.$refText === 'readonly' && !use.hint)) {
            value = max(value, use.hint ? UNKNOWN : TRUE);
        }
    }
    return value;
}

/**
 * Matches a glob. A glob with a dot is matched with a server and its tool, one without a dot with the tool alone; `*`
 * represents any text within its part of the name. The name of a server may contain dots, so any dot may be the one
 * before the tool.
 */
function globMatches(selector: GlobSelector, { name, tool }: NamedTool): boolean {
    let globs = known.get(selector);
    if (!globs) {
        globs = readGlob(selector.glob);
        known.set(selector, globs);
    }
    const server = name.slice(0, Math.max(0, name.length - tool.name.length - 1));
    return globs.some((glob) => (!glob.server || matches(glob.server, server)) && matches(glob.tool, tool.name));
}

/** A pattern as the units of its text, with `undefined` for each `*`. */
type Pattern = readonly (string | undefined)[];

interface Glob {
    readonly server?: Pattern;
    readonly tool: Pattern;
}

const known = new WeakMap<GlobSelector, readonly Glob[]>();

function readGlob(glob: string): readonly Glob[] {
    const parts: readonly string[] = glob.match(/`[^`]*`|[^`]/g) ?? [];
    const pattern = (some: readonly string[]): Pattern =>
        some.flatMap((part) => (part === '*' ? [undefined] : part.replaceAll('`', '').split('')));
    const dots = parts.flatMap((part, index) => (part === '.' ? [index] : []));
    return dots.length === 0
        ? [{ tool: pattern(parts) }]
        : dots.map((dot) => ({ server: pattern(parts.slice(0, dot)), tool: pattern(parts.slice(dot + 1)) }));
}

/**
 * Matches as little as possible for each `*`, and extends only the latest one: extending an earlier one never helps. So
 * matching takes at most the length of the name times that of the pattern; a regular expression could take longer.
 */
function matches(pattern: Pattern, text: string): boolean {
    let [at, next, star, taken] = [0, 0, -1, 0];
    while (at < text.length) {
        if (next < pattern.length && pattern[next] === undefined) {
            star = next++;
            taken = at;
        } else if (next < pattern.length && pattern[next] === text[at]) {
            next++;
            at++;
        } else if (star >= 0) {
            next = star + 1;
            at = ++taken;
        } else {
            return false;
        }
    }
    while (next < pattern.length && pattern[next] === undefined) {
        next++;
    }
    return next === pattern.length;
}

function min(a: Truth, b: Truth): Truth {
    return a < b ? a : b;
}

function max(a: Truth, b: Truth): Truth {
    return a > b ? a : b;
}
