/** Reads the parts of addresses and paths, each by one strict grammar (M12). Text outside of the grammar is unknown. */
import { canonicalHost } from './hosts.js';

/**
 * address = local "@" domain
 *     local   = words of letters, digits and ! # $ & ' * + / = ? ^ _ ` { | } ~ - with single dots between them
 *     domain  = a host name, not the address of a machine
 *
 * Exactly one address: no display name, comment, quotes, percent sign or list.
 */
export function domainOf(address: string): string | undefined {
    if (address.length > 254) {
        return undefined;
    }
    const match = /^[A-Za-z0-9!#$&'*+/=?^_`{|}~-]+(?:\.[A-Za-z0-9!#$&'*+/=?^_`{|}~-]+)*@([A-Za-z0-9.-]+)$/.exec(
        address
    );
    const host = match ? canonicalHost(match[1]!) : undefined;
    return host !== undefined && /[a-z-]/.test(host) ? host : undefined;
}

/**
 * path = [ "/" ] segment { "/" segment }
 *
 * Without control characters, backslashes, a leading `~`, and percent-encoded dots, slashes and backslashes. Empty
 * segments and `.` are dropped, and `..` removes the segment before it. At the top of an absolute path `..` stays at
 * the top; a relative path that leaves its start does not fit.
 */
export function pathSegments(path: string): { absolute: boolean; segments: readonly string[] } | undefined {
    // oxlint-disable-next-line no-control-regex
    if (path === '' || /[\u0000-\u001f\u007f\\]|^~|%(?:2[ef]|5c)/i.test(path)) {
        return undefined;
    }
    if (!path.includes('/') && !path.startsWith('.')) {
        // A shortcut for plain names, of which a list may contain hundreds of thousands.
        return { absolute: false, segments: [path] };
    }
    const absolute = path.startsWith('/');
    const segments: string[] = [];
    for (const segment of path.split('/')) {
        if (segment === '..') {
            if (segments.length === 0 && !absolute) {
                return undefined;
            }
            segments.pop();
        } else if (segment !== '' && segment !== '.') {
            segments.push(segment);
        }
    }
    return { absolute, segments };
}

/**
 * True if the path is the root or below it, with `..` resolved; undefined if either does not fit, or is relative. With
 * a base, a relative path is resolved against it.
 */
export function isPathWithin(path: string, root: string, base?: string): boolean | undefined {
    const inner = resolved(path, base);
    if (latestRoot?.root !== root) {
        latestRoot = { root, path: pathSegments(root) };
    }
    const outer = latestRoot.path;
    if (!inner?.absolute || !outer?.absolute) {
        return undefined;
    }
    return outer.segments.every((segment, index) => inner.segments[index] === segment);
}

/**
 * Like `isPathWithin`, for a folder that a policy writes down: it may be named anywhere in the path, as in `.gitignore`.
 * A relative path that does not name it is undefined, because it may start in such a folder.
 */
export function isPathInFolder(path: string, folder: string, base?: string): boolean | undefined {
    const names = namedFolder(folder);
    if (!names) {
        return isPathWithin(path, folder, base);
    }
    const inner = resolved(path, base);
    const isNamed = inner?.segments.some((_, at) => names.every((name, index) => inner.segments[at + index] === name));
    return isNamed || inner?.absolute ? isNamed : undefined;
}

/** The names of a folder that may be anywhere, written with two stars at its start; undefined for any other folder. */
export function namedFolder(folder: string): readonly string[] | undefined {
    return folder.startsWith('**/') ? folder.slice('**/'.length).split('/') : undefined;
}

/** A path that is the folder, as an example. */
export function examplePath(folder: string): string {
    const names = namedFolder(folder);
    return names ? `/${['home', 'me', ...names].join('/')}` : folder;
}

/** The base and the path are checked separately: text outside of the grammar does not become valid after a base. */
function resolved(path: string, base: string | undefined): ReturnType<typeof pathSegments> {
    const own = pathSegments(path);
    return own && !own.absolute && base !== undefined ? pathSegments(`${base}/${path}`) : own;
}

/** The root that was read last, because all elements of a list are compared with the same one. */
let latestRoot: { readonly root: string; readonly path: ReturnType<typeof pathSegments> } | undefined;

/** True for an absolute path without dots as segments, empty segments and characters that programs expand. */
export function isPlainFolder(path: string): boolean {
    return /^(?:\/(?!\.{1,2}(?:\/|$))[^/\\%~]+)+$/.test(path);
}

/** The last segment of a path, with `..` resolved; undefined if the path does not fit, or has none. */
export function nameOfPath(path: string): string | undefined {
    const segments = pathSegments(path)?.segments;
    return segments?.[segments.length - 1];
}

/** The part after the last dot of the name, in lower case; empty if there is no dot, or only a leading one. */
export function extensionOfPath(path: string): string | undefined {
    const name = nameOfPath(path);
    return name === undefined ? undefined : (/^.+\.([^.]*)$/.exec(name)?.[1] ?? '').toLowerCase();
}
