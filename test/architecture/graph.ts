/** Reads the imports between files once, and answers queries about them. */
import { cruise, type IForbiddenRuleType } from 'dependency-cruiser';

export interface Import {
    readonly from: string;
    readonly to: string;
    /** True if the import disappears once types are erased; with `verbatimModuleSyntax`, no other import does. */
    readonly isType: boolean;
}

export interface ImportGraph {
    readonly files: readonly string[];
    readonly imports: readonly Import[];
    /** Each broken rule as `rule: file -> imported file`. */
    readonly violations: readonly string[];
}

/** @param baseDir the folder that contains the folders of the project */
export async function readImports(
    baseDir: string,
    rules: readonly (IForbiddenRuleType & { name: string })[]
): Promise<ImportGraph> {
    const { output } = await cruise(
        ['language', 'server', 'client'],
        {
            baseDir,
            validate: true,
            skipAnalysisNotInRules: true,
            ruleSet: { forbidden: [...rules] },
            tsPreCompilationDeps: true,
            doNotFollow: { path: '(^|/)node_modules/' }
        },
        { exportsFields: ['exports'], conditionNames: ['import', 'node', 'browser', 'default'] }
    );
    if (typeof output === 'string') {
        throw new Error(output);
    }
    return {
        files: output.modules.map(({ source }) => source),
        imports: output.modules.flatMap(({ source, dependencies }) =>
            dependencies.map(({ resolved, dependencyTypes }) => ({
                from: source,
                to: shortened(resolved),
                isType: dependencyTypes.includes('type-only')
            }))
        ),
        violations: output.summary.violations.map(({ rule, from, to }) => `${rule.name}: ${from} -> ${shortened(to)}`)
    };
}

/** The path without the folders of libraries, which may be above the project. */
function shortened(path: string): string {
    return path.replace(/^.*(?=node_modules\/)/, '');
}

/** The cycles, each as its files in alphabetical order. */
export function circles(imports: readonly Import[]): string[][] {
    const targets = byImporter(imports);
    const reached = new Map<string, ReadonlySet<string>>();
    for (const file of targets.keys()) {
        reached.set(file, reachable(file, targets));
    }
    const found = new Map<string, string[]>();
    for (const [file, others] of reached) {
        if (others.has(file)) {
            const circle = [...others].filter((other) => reached.get(other)?.has(file)).sort();
            found.set(circle[0]!, circle);
        }
    }
    return [...found.values()];
}

/** Everything that a file imports, directly or indirectly; the file itself is included only in a cycle. */
export function reachableFrom(file: string, imports: readonly Import[]): ReadonlySet<string> {
    return reachable(file, byImporter(imports));
}

function byImporter(imports: readonly Import[]): Map<string, Import[]> {
    const found = new Map<string, Import[]>();
    for (const one of imports) {
        found.set(one.from, [...(found.get(one.from) ?? []), one]);
    }
    return found;
}

function reachable(file: string, targets: ReadonlyMap<string, readonly Import[]>): ReadonlySet<string> {
    const seen = new Set<string>();
    const waiting = [file];
    for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
        for (const { to } of targets.get(next) ?? []) {
            if (!seen.has(to)) {
                seen.add(to);
                waiting.push(to);
            }
        }
    }
    return seen;
}

/** The dependencies between rooms, each with an import that causes it. */
export function arrows(
    { imports }: ImportGraph,
    roomOf: (file: string) => string | undefined
): Map<string, { readonly from: string; readonly to: string; readonly example: Import }> {
    const found = new Map<string, { readonly from: string; readonly to: string; readonly example: Import }>();
    for (const example of imports) {
        const [from, to] = [roomOf(example.from), roomOf(example.to)];
        if (from !== undefined && to !== undefined && from !== to) {
            found.set(`${from} -> ${to}`, { from, to, example });
        }
    }
    return found;
}

/** The dependencies without those that others imply. */
export function reduced(rooms: Readonly<Record<string, readonly string[]>>): string[] {
    const isAbove = (room: string, other: string): boolean =>
        (rooms[room] ?? []).some((next) => next === other || isAbove(next, other));
    return Object.entries(rooms).flatMap(([room, others]) =>
        others
            .filter((other) => !others.some((between) => between !== other && isAbove(between, other)))
            .map((other) => `${room} -> ${other}`)
    );
}
