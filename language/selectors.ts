/** Which tools a selector means, three-valued: a `hint` trait leaves it unknown (M17). */
import type { Truth } from '../server/model/truth.js';
import type { Event, GlobSelector, Selector, Tool } from './generated/ast.js';
import {
    isAnyTool,
    isGlobSelector,
    isGroup,
    isReadsSelector,
    isTool,
    isToolSelector,
    isTraitSelector
} from './generated/ast.js';
import type { Inventory, NamedTool } from './inventory.js';

const FALSE: Truth = 0;
const UNKNOWN: Truth = 1;
const TRUE: Truth = 2;

/** Each tool that the selector may mean, with unknown where only a hint says so. */
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

/** An inventory stands for one state of all files, so what a selector means in it does not change. */
const cache = new WeakMap<Inventory, WeakMap<Selector, ReadonlyMap<Tool, Truth>>>();

function select(selector: Selector, inventory: Inventory): ReadonlyMap<Tool, Truth> {
    const target = isToolSelector(selector) ? selector.target?.ref : undefined;
    if (isTool(target)) {
        return new Map([[target, TRUE]]);
    }
    const values = valuesOf(selector, inventory, new Set());
    return new Map(
        inventory.tools.flatMap(({ tool }): [Tool, Truth][] => {
            const value = values.get(tool) ?? FALSE;
            return value === FALSE ? [] : [[tool, value]];
        })
    );
}

/**
 * The value of each tool that the selector may mean. Each part of a long list is looked at once, and not once for each tool.
 *
 * @param groups those that it is inside of: a group may not mean itself
 */
function valuesOf(selector: Selector, inventory: Inventory, groups: ReadonlySet<unknown>): ReadonlyMap<Tool, Truth> {
    if (isAnyTool(selector)) {
        const excepted = maxOf(selector.except.map((part) => valuesOf(part, inventory, groups)));
        return new Map(inventory.tools.map(({ tool }) => [tool, (2 - (excepted.get(tool) ?? FALSE)) as Truth]));
    }
    if (isToolSelector(selector)) {
        const target = selector.target?.ref;
        if (isTool(target)) {
            return new Map([[target, TRUE]]);
        }
        return isGroup(target) && !groups.has(target)
            ? maxOf(target.members.map((part) => valuesOf(part, inventory, new Set(groups).add(target))))
            : new Map();
    }
    return new Map(inventory.tools.map((named) => [named.tool, selects(selector, named)]));
}

function maxOf(all: readonly ReadonlyMap<Tool, Truth>[]): ReadonlyMap<Tool, Truth> {
    const [first, ...others] = all;
    const values = new Map(first);
    for (const other of others) {
        other.forEach((value, tool) => values.set(tool, max(value, values.get(tool) ?? FALSE)));
    }
    return values;
}

/** The tools that any of the events may mean. */
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

function selects(selector: Selector, named: NamedTool): Truth {
    if (isTraitSelector(selector)) {
        return traitOf(named.tool, selector.trait?.$refText);
    }
    if (isReadsSelector(selector)) {
        const label = selector.label?.ref;
        return named.tool.reads.some((read) => read.ref !== undefined && read.ref === label) ? TRUE : FALSE;
    }
    return isGlobSelector(selector) && globMatches(selector, named) ? TRUE : FALSE;
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
 * A glob with a dot is asked of a server and its tool, one without of the tool alone; `*` stands for any text of the name that
 * it is in. As the name of a server may have dots, any of them may be the one before the tool.
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

/** The units of a text, and `undefined` for `*`. */
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
 * Takes as little for each `*` as possible, and more for the latest only: an earlier one never helps. So no name takes longer
 * than its length times that of the pattern, which a regular expression does.
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

function max(a: Truth, b: Truth): Truth {
    return a > b ? a : b;
}
