/** Writes places in files for SARIF: relative to the folder of the check, with lines and columns counted from one. */
import type { ArtifactLocation, Location, PhysicalLocation, Region } from 'sarif';
import type { Source } from '../../../model/policy/policy.js';
import type { CheckContext } from '../context.js';
import { printable } from '../../terminal/layout.js';

/** The folder in which the check was started; code hosts treat it as the root of the repository. */
export const ROOT = '%SRCROOT%';

export function artifactLocation(path: string): ArtifactLocation {
    // A lone surrogate has no encoding, and file names on Windows may contain one.
    const uri = path
        .replace(/\p{Cs}/gu, '\ufffd')
        .split('/')
        .map(encodeURIComponent)
        .join('/');
    // A file outside the folder has no relative path below it; on another drive the path is absolute.
    return path.startsWith('../') || /^(\/|[A-Za-z]:)/.test(path)
        ? { uri: outside(path, uri) }
        : { uri, uriBaseId: ROOT };
}

function outside(path: string, uri: string): string {
    return path.startsWith('../') ? uri : `file:///${uri.replace(/^\//, '').replace('%3A', ':')}`;
}

export function physicalLocation(source: Source, context: CheckContext): PhysicalLocation {
    return { artifactLocation: artifactLocation(context.pathOf(source.uri)), region: region(source, context) };
}

export function location(source: Source, context: CheckContext, message?: string): Location {
    return {
        physicalLocation: physicalLocation(source, context),
        ...(message !== undefined && { message: { text: plainText(message) } })
    };
}

/** Brackets are escaped, because `[text](target)` in a message would be a link. */
export function plainText(text: string): string {
    return printable(text).replace(/[\\[\]]/g, '\\$&');
}

/** The text of a range; undefined if it is not available. */
export function sourceText({ uri, start, end }: Source, context: Pick<CheckContext, 'textOf'>): string | undefined {
    const lines = context
        .textOf(uri)
        ?.split('\n')
        .slice(start.line, end.line + 1);
    if (!lines || lines.length === 0) {
        return undefined;
    }
    // The end is cut first, so that the columns of a single line stay valid.
    lines[lines.length - 1] = lines.at(-1)!.slice(0, end.character);
    lines[0] = lines[0]!.slice(start.character);
    return lines.join('\n');
}

/** The maximum length of a text that is included: thousands of messages about one long statement would repeat it. */
const LONGEST_SNIPPET = 2_000;

function region(source: Source, context: CheckContext): Region {
    const { start, end } = source;
    const text = sourceText(source, context);
    return {
        startLine: start.line + 1,
        startColumn: start.character + 1,
        endLine: end.line + 1,
        endColumn: end.character + 1,
        ...(text !== undefined && text.length <= LONGEST_SNIPPET && { snippet: { text } })
    };
}
