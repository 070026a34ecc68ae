/** Reads the scopes that the configuration accepts for all claims. */
import { readFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { findNodeAtLocation, parseTree } from 'jsonc-parser';
import { unneededNames } from '../../../checker/results/accepted-scopes.js';
import { displayPath } from '../../../workspace/display-path.js';
import type { AcceptedScopes } from '../../config/flags.js';
import type { FileReport } from '../../reports/check-report.js';
import type { Diagnostic } from '../../../workspace/diagnostics.js';

/** The configuration as a file of the report, if it accepts scopes that no claim in the files needs (GR515). */
export function unneededIn(
    files: readonly FileReport[],
    { names, path, isWhole }: AcceptedScopes,
    cwd: string
): FileReport | undefined {
    const results = files.flatMap(({ result }) => result ?? []);
    const isComplete = files.every((file) => file.kind !== 'policy' || file.result !== undefined);
    const unneeded = isWhole && isComplete ? unneededNames(results, names) : [];
    if (unneeded.length === 0) {
        return undefined;
    }
    const text = readFileSync(path, 'utf8').replace(/^\uFEFF/, '');
    const uri = pathToFileURL(path).href;
    return {
        uri,
        path: displayPath(path, cwd),
        kind: 'configuration',
        text,
        diagnostics: unneeded.map((name): Diagnostic => {
            const { offset, length } = placeOf(text, names.indexOf(name));
            return {
                code: 'GR515',
                severity: 'warning',
                message: `No claim needs the scope "${name}": remove it from "accept".`,
                source: { uri, start: positionAt(text, offset), end: positionAt(text, offset + length) }
            };
        })
    };
}

function placeOf(text: string, index: number): { readonly offset: number; readonly length: number } {
    const tree = parseTree(text, [], { allowTrailingComma: true });
    return (tree && findNodeAtLocation(tree, ['accept', index])) ?? { offset: 0, length: 0 };
}

function positionAt(text: string, offset: number): Diagnostic['source']['start'] {
    const lines = text.slice(0, offset).split(/\r\n|\r|\n/);
    return { line: lines.length - 1, character: lines.at(-1)!.length };
}
