/**
 * The files that a call of a client's own tool changes, under the names that policies know. Without them, a policy would see
 * only the arguments: a path through a link, or from another folder, names another file than it seems to.
 */
import { lstatSync, readdirSync, readlinkSync, statSync } from 'node:fs';
import { homedir } from 'node:os';
import { basename, dirname, isAbsolute, join, resolve } from 'node:path';
import type { JsonObject } from '../../../gateway/events.js';
import { toolsOfClient } from '../../../settings/inventories/client-tools.js';
import { CLIENTS, PROTECTED } from './clients.js';
import { homePath } from './installation.js';

/** The argument that has the files, if the policy declares it: no client has a parameter of this name. */
export const FILES = 'files';

/** In a line with more words, such as one that contains a text, none of them is taken for another folder. */
const MOST_WORDS = 2_000;
/** The folders from which a word of a line is looked for. */
const MOST_FOLDERS = 16;
/** More links than any system follows. */
const MOST_LINKS = 40;

/**
 * The absolute paths of the files that a call changes, with all links followed. A file that decides the agent's calls has
 * the name under which the client or Guardrail reads it. For a shell line, only such files are found, namely those that a
 * word of the line leads to. Undefined for a tool that does not change files by its arguments.
 *
 * Throws an `Error` for a patch that names no file.
 *
 * @param cwd the folder that relative paths start from
 * @param policy the path of the policy
 */
export function changedFiles(
    client: string,
    { tool, args }: { readonly tool: string; readonly args: JsonObject },
    { cwd, policy }: { readonly cwd: string; readonly policy: string }
): string[] | undefined {
    const changes = toolsOfClient(client)?.find(({ name }) => name === tool)?.changes;
    if (changes === undefined) {
        return undefined;
    }
    const value = args[changes.param];
    const text = typeof value === 'string' ? value : '';
    const folder = folderOf(args, cwd);
    const deciding = decidingFiles(client, folder, policy);
    switch (changes.kind) {
        case 'path':
            return [nameOf(from(folder, text), deciding)];
        case 'patch': {
            const paths = pathsOfPatch(text);
            if (paths.length === 0) {
                throw new Error('the patch names no file');
            }
            return [...new Set(paths.map((path) => nameOf(from(folder, path), deciding)))];
        }
        case 'line':
            return decidingFilesOfLine(text, folder, deciding);
    }
}

/** The parameters of shells that choose another folder. */
function folderOf(args: JsonObject, cwd: string): string {
    const other = args['workdir'] ?? args['dir_path'];
    return typeof other === 'string' ? from(cwd, other) : cwd;
}

function from(folder: string, path: string): string {
    return path === '~' || path.startsWith('~/') ? join(homedir(), path.slice(1)) : resolve(folder, path);
}

/** Every header of the patch, also where a client would take it for a line of the text: that denies more, never less. */
function pathsOfPatch(patch: string): string[] {
    return Array.from(
        patch.matchAll(/^[ \t]*\*\*\* (?:(?:Add|Update|Delete) File|Move to):[ \t]*(.*?)\s*$/gm),
        ([, path]) => path!
    );
}

/** A file or folder that decides the agent's calls. */
interface Deciding {
    readonly name: string;
    readonly isFolder: boolean;
    /** With all links followed. */
    readonly path: string;
    /** Undefined if it does not exist. */
    readonly identity: Identity | undefined;
}

/** The files of a project are looked for in the folder and in all above it. */
function decidingFiles(client: string, folder: string, policy: string): Deciding[] {
    const one = CLIENTS[client]!;
    const above = [folder, followed(folder)].flatMap(withParents);
    const paths = [...PROTECTED, ...one.protects].flatMap((file) => {
        if (file.startsWith('~/')) {
            // The policy knows the usual name of a folder that a variable has moved.
            return [{ name: join(homedir(), file.slice(2)), path: homePath(one, file.slice(2)), file }];
        }
        const places = isAbsolute(file) ? [file] : above.map((parent) => join(parent, file));
        return places.map((path) => ({ name: path, path, file }));
    });
    // A folder of settings may be a link to another, and so may what is in it.
    const inside = paths
        .filter(({ file }) => file.endsWith('/'))
        .flatMap(({ name, path, file }) =>
            linksIn(path).map((link) => ({ name: join(name, link), path: join(path, link), file }))
        );
    return [
        ...[...paths, ...inside].map(({ name, path, file }) => ({
            name,
            isFolder: file.endsWith('/'),
            path: followed(path),
            identity: identityOf(path)
        })),
        { name: policy, isFolder: false, path: followed(policy), identity: identityOf(policy) }
    ];
}

function linksIn(folder: string): string[] {
    return isFolder(folder)
        ? readdirSync(folder, { withFileTypes: true }).flatMap((entry) => (entry.isSymbolicLink() ? entry.name : []))
        : [];
}

function withParents(folder: string): string[] {
    return folder === dirname(folder) ? [folder] : [folder, ...withParents(dirname(folder))];
}

/** The name of a file that decides the agent's calls, or the path with all links followed. */
function nameOf(path: string, deciding: readonly Deciding[]): string {
    return decidingName(path, deciding) ?? followed(path);
}

function decidingName(
    path: string,
    deciding: readonly Deciding[],
    known?: Map<string, string | undefined>
): string | undefined {
    const real = followed(path, known);
    const identity = identityOf(path);
    for (const one of deciding) {
        if (real === one.path || (identity !== undefined && identity.text === one.identity?.text)) {
            return one.name;
        }
        const inside = one.isFolder ? inFolder(real, identity, one.path) : undefined;
        if (inside !== undefined) {
            return join(one.name, inside);
        }
    }
    return undefined;
}

/** The path of a file in the folder; undefined if it is elsewhere. */
function inFolder(real: string, identity: Identity | undefined, folder: string): string | undefined {
    if (real.startsWith(`${folder}/`)) {
        return real.slice(folder.length);
    }
    return identity?.hasOtherNames === true && identity.isFile && isFolder(folder)
        ? readdirSync(folder, { recursive: true, encoding: 'utf8' }).find(
              (name) => identityOf(join(folder, name))?.text === identity.text
          )
        : undefined;
}

/** Follows links as far as a path exists, and also one that leads to a file that does not exist yet. */
function followed(path: string, known = new Map<string, string | undefined>()): string {
    let rest = resolve(path).split('/').slice(1);
    let done = '/';
    for (let links = 0; rest.length > 0;) {
        const [first, ...others] = rest;
        const next = join(done, first!);
        const target = links < MOST_LINKS ? linkAt(next, known) : undefined;
        if (target === undefined) {
            [done, rest] = [next, others];
        } else {
            links++;
            [done, rest] = ['/', [...resolve(done, target).split('/').slice(1), ...others]];
        }
    }
    return done;
}

function linkAt(path: string, known: Map<string, string | undefined>): string | undefined {
    if (!known.has(path)) {
        known.set(path, readLink(path));
    }
    return known.get(path);
}

function readLink(path: string): string | undefined {
    try {
        return lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink() ? readlinkSync(path) : undefined;
    } catch {
        // Whatever cannot be read is not a link that the client could follow.
        return undefined;
    }
}

/** Tells a file under any of its names. */
interface Identity {
    readonly text: string;
    readonly isFile: boolean;
    readonly hasOtherNames: boolean;
}

function identityOf(path: string): Identity | undefined {
    try {
        const found = statSync(path, { bigint: true, throwIfNoEntry: false });
        return (
            found && {
                text: `${found.dev} ${found.ino}`,
                isFile: found.isFile(),
                hasOtherNames: found.nlink > 1n
            }
        );
    } catch {
        return undefined;
    }
}

/**
 * The files to which a word of the line leads, from the folder or from one that the line names. A word whose end a shell
 * would expand may be any file of its folder, if that is a folder of settings.
 */
function decidingFilesOfLine(line: string, folder: string, deciding: readonly Deciding[]): string[] {
    const words = [...new Set(line.split(/[\s'"`;|&<>()=\\]+/))].filter((word) => word !== '');
    const named = words.length > MOST_WORDS ? [] : words.map((word) => from(folder, word)).filter(isFolder);
    const known = new Map<string, string | undefined>();
    const found = [...new Set([folder, ...named])].slice(0, MOST_FOLDERS).flatMap((base) =>
        words.flatMap((word) => {
            const start = /^(.*\/)?[^/]*?[*?[{$]/.exec(word);
            if (!start) {
                const path = from(base, word);
                const real = followed(path, known);
                return decidingName(path, deciding, known) ?? (real === path ? [] : real);
            }
            const parent = followed(from(base, start[1] ?? ''), known);
            return deciding
                .filter((one) => dirname(one.path) === parent && basename(dirname(one.name)).startsWith('.'))
                .map(({ name }) => name);
        })
    );
    return [...new Set(found)];
}

function isFolder(path: string): boolean {
    try {
        return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
    } catch {
        return false;
    }
}
