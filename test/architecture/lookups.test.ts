/**
 * Tests that a newcomer finds the code of a feature by the word for it that a user types: in the name of a file, or in
 * the comment at its head. Few enough files are found to look through.
 */
import { describe, expect, test } from 'vitest';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { globSync } from 'tinyglobby';

const root = fileURLToPath(new URL('../..', import.meta.url));
const MOST = 8;

const files = globSync(['{language,server,client}/**/*.{ts,tsx}'], {
    cwd: root,
    ignore: ['language/generated/**']
}).sort();
const headOf = new Map(
    files.map((file) => {
        const head = /\/\*\*[\s\S]*?\*\//.exec(readFileSync(root + file, 'utf8'))?.[0] ?? '';
        return [file, head.replaceAll(/\s*\n\s*\*\s?/g, ' ')];
    })
);

/** Finds files by their names, or else by the comments at their starts. */
function found(word: string): readonly string[] {
    const pattern = new RegExp(word.replaceAll(' ', '[- ]'), 'i');
    const named = files.filter((file) => pattern.test(file));
    return named.length > 0 ? named : files.filter((file) => pattern.test(headOf.get(file)!));
}

describe('one search finds', () => {
    test.each([
        ['where `within` is evaluated', 'within', 'server/model/conditions/within.ts'],
        ['where `since` is evaluated', 'since', 'server/model/events/once-and-since.ts'],
        ['where `count distinct` is evaluated', 'count distinct', 'server/model/conditions/aggregates.ts'],
        ['where a label is cleared', 'cleared', 'server/model/events/labels.ts'],
        ['how an approval expires', 'expire', 'server/model/session/approvals.ts'],
        ['how a result is withheld', 'withhold', 'server/model/events/withheld-results.ts'],
        ['how a held call times out', 'held call', 'server/model/session/held-calls.ts'],
        ['how a delegation is decided', 'delegation\\.', 'server/model/events/delegation.ts'],
        ['where a value comes from', 'provenance', 'server/model/memory/provenance.ts'],
        ['how a mode is left', 'mode transition', 'server/model/events/mode-transitions.ts'],
        ['how a shell line is read', 'shell line', 'server/model/values/shell-lines.ts'],
        ['where a pattern is decided', 'pattern automaton', 'server/model/values/pattern-automaton.ts'],
        ['what sessions share', 'across sessions', 'server/model/memory/across-sessions.ts'],
        ['what the exact search does not support', 'unsupported', 'server/checker/system/unsupported.ts'],
        ['how a counterexample is minimized', 'minimize', 'server/checker/traces/minimize.ts'],
        ['how `stays possible` is checked', 'stays possible', 'server/checker/recoverability/check.ts'],
        ['where a verdict is made', 'verdict\\.', 'server/checker/results/verdict.ts'],
        ['what ends a search in time', 'budget', 'server/checker/limits/budget.ts'],
        ['the models for SPIN', 'spin', 'server/export/promela.ts'],
        ['where results are cached', 'result cache', 'server/cli/commands/check/result-cache.ts'],
        ['what is written as SARIF', 'sarif', 'server/cli/reports/sarif/index.ts'],
        ['where the MCP server is', 'mcp server', 'server/cli/commands/mcp/mcp.ts'],
        ['how the session view gets its data', 'session view', 'server/checker/traces/session-view.ts'],
        ['what a hover shows', 'hover', 'server/lsp/features/hover/provider.ts'],
        ['where to add a keyword', 'keyword', 'language/parser/keywords.ts']
    ])('%s: %s', (_, word, file) => {
        const all = found(word);
        expect(all).toContain(file);
        expect(all.length, all.join(' ')).toBeLessThanOrEqual(MOST);
    });

    test('nothing for a word that is not used', () => {
        expect(found('zyzzyva')).toEqual([]);
    });
});
