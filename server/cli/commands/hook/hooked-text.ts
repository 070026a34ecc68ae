/**
 * Edits a client's configuration to add or remove Guardrail's hooks. The rest of the text stays the same, byte for
 * byte.
 */
import { applyEdits, type FormattingOptions, modify, type Node, type ParseError, parseTree } from 'jsonc-parser';
import type { HookFormat } from './clients.js';

export interface HookCommands {
    /** The command for events that can block a call. */
    readonly before: string;
    readonly others: string;
}

/** Undefined for a text that is not JSON, with or without comments, or whose `hooks` has another shape. */
export function withHooks(text: string | undefined, format: HookFormat, commands: HookCommands): string | undefined {
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
    return result;
}

/** The text without the hooks that run `command`, for a file that was changed after they were added. */
export function withoutHooks(text: string, command: string): string {
    const formattingOptions = formattingOf(text);
    let result = text;
    for (;;) {
        const found = pathOfHook(result, command);
        if (!found) {
            return result;
        }
        result = applyEdits(result, modify(result, found, undefined, { formattingOptions }));
    }
}

/** The value of a field; undefined if there is no such field, or if the text is not JSON. */
export function fieldOf(text: string, path: readonly string[]): unknown {
    return path.reduce<Node | undefined>(
        (node, name) => node?.children?.find(({ children }) => children?.[0]?.value === name)?.children?.[1],
        treeOf(text)
    )?.value as unknown;
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
        ? node.children?.find(({ children }) => children?.[0]?.value === name)?.children?.[1]
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
