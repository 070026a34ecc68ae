/**
 * Edits a client's configuration to add or remove Guardrail's hooks. The rest of the text stays the same, byte for
 * byte.
 */
import { applyEdits, type FormattingOptions, modify, type Node, type ParseError, parseTree } from 'jsonc-parser';
import type { HookCommands, HookFormat, ManagedHooks } from './clients.js';

/**
 * Undefined for a text that is not JSON, with or without comments, or whose `hooks` has another shape.
 *
 * @param settings values that are set beside the hooks
 */
export function withHooks(
    text: string | undefined,
    format: HookFormat,
    commands: HookCommands,
    settings: ManagedHooks['settings'] = []
): string | undefined {
    let result = text ?? `${JSON.stringify(format.empty, undefined, 2)}\n`;
    const formattingOptions = formattingOf(result);
    for (const [event, command] of [
        ...format.before.map((name) => [name, commands.before] as const),
        ...format.others.map((name) => [name, commands.others] as const)
    ]) {
        const entries = entriesOf(result, event);
        if (entries === undefined) {
            return undefined;
        }
        const entry = format.entry(command);
        result = applyEdits(
            result,
            entries === 'absent'
                ? modify(result, ['hooks', event], [entry], { formattingOptions })
                : modify(result, ['hooks', event, -1], entry, { formattingOptions, isArrayInsertion: true })
        );
    }
    for (const { path, value } of settings) {
        result = applyEdits(result, modify(result, [...path], value, { formattingOptions }));
    }
    return result;
}

/** True if an entry of each event that can block a call runs the command. */
export function hasHooks(text: string, format: HookFormat, command: string): boolean {
    return format.before.every((event) => {
        const entries = entriesOf(text, event);
        const all = typeof entries === 'object' ? (entries.children ?? []) : [];
        return all.some((entry) => JSON.stringify(plain(entry)) === JSON.stringify(format.entry(command)));
    });
}

/** The number of entries that run other commands for the events that can block a call. */
export function otherHooks(text: string, format: HookFormat, command: string): number {
    return format.before
        .map((event) => entriesOf(text, event))
        .flatMap((entries) => (typeof entries === 'object' ? (entries.children ?? []) : []))
        .filter((entry) => JSON.stringify(plain(entry)) !== JSON.stringify(format.entry(command))).length;
}

/**
 * The text without the hooks that run `command`, for a file that was changed after they were added.
 *
 * @param settings values that were set beside the hooks; those that `before` did not have are removed
 */
export function withoutHooks(
    text: string,
    command: string,
    before: string,
    settings: ManagedHooks['settings'] = []
): string {
    const formattingOptions = formattingOf(text);
    let result = text;
    for (const { path, value } of settings) {
        if (fieldOf(before, path) === undefined && fieldOf(result, path) === value) {
            result = applyEdits(result, modify(result, [...path], undefined, { formattingOptions }));
        }
    }
    for (;;) {
        const found = pathOfHook(result, command);
        if (!found) {
            return result;
        }
        result = applyEdits(result, modify(result, found, undefined, { formattingOptions }));
    }
}

/**
 * The text with a name at the end of a list. Undefined for a text that is not a JSON object, or that has something else
 * in place of the list.
 */
export function withName(text: string | undefined, path: readonly string[], name: string): string | undefined {
    const before = text ?? '{}\n';
    const list = path.reduce(child, treeOf(before));
    if (treeOf(before)?.type !== 'object' || (list && list.type !== 'array')) {
        return undefined;
    }
    const formattingOptions = formattingOf(before);
    const edits = list
        ? modify(before, [...path, -1], name, { formattingOptions, isArrayInsertion: true })
        : modify(before, [...path], [name], { formattingOptions });
    const after = applyEdits(before, edits);
    return isNamed(after, path, name) ? after : undefined;
}

export function isNamed(text: string, path: readonly string[], name: string): boolean {
    const list = fieldOf(text, path);
    return Array.isArray(list) && list.includes(name);
}

/** The text without the name, and without the list if `before` had none and nothing else is in it. */
export function withoutName(text: string, path: readonly string[], name: string, before: string): string {
    const list = fieldOf(text, path);
    if (!Array.isArray(list) || !list.includes(name)) {
        return text;
    }
    const isAll = list.length === 1 && fieldOf(before, path) === undefined;
    const removed = isAll ? [...path] : [...path, list.indexOf(name)];
    return applyEdits(text, modify(text, removed, undefined, { formattingOptions: formattingOf(text) }));
}

/** The value of a field; undefined if there is no such field, or if the text is not JSON. */
export function fieldOf(text: string, path: readonly string[]): unknown {
    const found = path.reduce(child, treeOf(text));
    return found && plain(found);
}

/** Returns `absent` if the hooks are missing, and undefined if something else is in their place. */
function entriesOf(text: string, event: string): Node | 'absent' | undefined {
    const root = treeOf(text);
    if (root?.type !== 'object') {
        return undefined;
    }
    const hooks = child(root, 'hooks');
    if (!hooks) {
        return 'absent';
    }
    const entries = hooks.type === 'object' ? child(hooks, event) : undefined;
    return hooks.type !== 'object' || (entries && entries.type !== 'array') ? undefined : (entries ?? 'absent');
}

/** The path to the outermost part that contains no other hook: the entry, its event, or all hooks. */
function pathOfHook(text: string, command: string): (string | number)[] | undefined {
    const hooks = child(treeOf(text), 'hooks');
    for (const property of hooks?.children ?? []) {
        const [name, entries] = property.children ?? [];
        const items = entries?.children ?? [];
        const index = items.findIndex((entry) =>
            JSON.stringify(plain(entry)).includes(JSON.stringify(command).slice(1, -1))
        );
        if (index >= 0) {
            const event = name!.value as string;
            const isOnly = items.length === 1;
            return isOnly ? (hooks!.children!.length === 1 ? ['hooks'] : ['hooks', event]) : ['hooks', event, index];
        }
    }
    return undefined;
}

function plain(node: Node): unknown {
    switch (node.type) {
        case 'object':
            return Object.fromEntries(
                (node.children ?? []).map(({ children }) => [children![0]!.value as string, plain(children![1]!)])
            );
        case 'array':
            return (node.children ?? []).map(plain);
        default:
            return node.value as unknown;
    }
}

function child(node: Node | undefined, name: string): Node | undefined {
    return node?.type === 'object'
        ? // If a name occurs twice, clients use the last one.
          node.children?.filter(({ children }) => children?.[0]?.value === name).at(-1)?.children?.[1]
        : undefined;
}

function treeOf(text: string): Node | undefined {
    const errors: ParseError[] = [];
    const tree = parseTree(text, errors, { allowTrailingComma: true });
    return errors.length === 0 ? tree : undefined;
}

/** The indentation and line ends that the file uses. */
function formattingOf(text: string): FormattingOptions {
    const indent = /^(?<spaces>[ \t]+)\S/m.exec(text)?.groups?.['spaces'] ?? '  ';
    return {
        insertSpaces: !indent.startsWith('\t'),
        tabSize: indent.startsWith('\t') ? 4 : indent.length,
        eol: text.includes('\r\n') ? '\r\n' : '\n'
    };
}
