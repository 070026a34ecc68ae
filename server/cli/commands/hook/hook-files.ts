/** The files of a client's configuration that hooks are added to, and how each is changed. */
import { pathToFileURL } from 'node:url';
import type { HookClient, HookCommands } from './clients.js';
import { hasHooks, isNamed, withHooks, withName, withoutHooks, withoutName } from './hooked-text.js';
import { hookFile, ofPlatform, type Scope, systemPath } from './installation.js';

export interface HookFile {
    readonly path: string;
    /** True if Guardrail writes the whole file. */
    readonly isWhole: boolean;
    /** The text with the hooks; undefined if they do not fit. */
    readonly added: (before: string | undefined, commands: HookCommands) => string | undefined;
    /** The text, which was changed since, without the hooks. */
    readonly removed: (now: string, before: string, command: string) => string;
    /**
     * True if the text has the hooks.
     *
     * @param after what `install` wrote
     */
    readonly isIn: (text: string, after: string, command: string) => boolean;
}

/** The command lines of hooks that block a call if the hook fails. */
export function commandsOf(command: string): HookCommands {
    return { before: `${command} || exit 2`, others: command };
}

/** The file that has the hooks, and after it one that names it; empty if the client has no such configuration. */
export function hookFiles(client: HookClient, scope: Scope, cwd: string): readonly HookFile[] {
    const path = hookFile(client, scope, cwd);
    if (path === undefined) {
        return [];
    }
    const { namedIn } = (scope === 'managed' && client.managed) || {};
    return [
        { path, ...hooksOf(client, scope) },
        ...(namedIn
            ? [
                  {
                      path: systemPath(namedIn.file),
                      ...nameOf(pathToFileURL(ofPlatform(client.managed!.file)).href, namedIn.path)
                  }
              ]
            : [])
    ];
}

type Change = Omit<HookFile, 'path'>;

function hooksOf({ format, text: own, managed }: HookClient, scope: Scope): Change {
    const whole = scope === 'managed' ? managed!.text : own;
    if (whole) {
        return {
            isWhole: true,
            added: (before, commands) => (before === undefined ? whole(commands) : undefined),
            removed: (now) => now,
            isIn: (text, after) => text === after
        };
    }
    const settings = scope === 'managed' ? managed!.settings : [];
    const isIn = (text: string, command: string): boolean => hasHooks(text, format!, commandsOf(command).before);
    return {
        isWhole: false,
        added(before, commands) {
            const after = withHooks(before, format!, commands, settings);
            return after !== undefined && isIn(after, commands.others) ? after : undefined;
        },
        removed: (now, before, command) => withoutHooks(now, command, before, settings),
        isIn: (text, _, command) => isIn(text, command)
    };
}

function nameOf(name: string, path: readonly string[]): Change {
    return {
        isWhole: false,
        added: (before) => withName(before, path, name),
        removed: (now, before) => withoutName(now, path, name, before),
        isIn: (text) => isNamed(text, path, name)
    };
}
