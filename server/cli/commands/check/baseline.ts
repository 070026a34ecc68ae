/** Problems that are known and do not fail a run: a file that a team maintains, and wants to empty over time. */
import { verdictWord } from '../../../checker/results/verdict-words.js';
import { existsSync } from 'node:fs';
import { dirname, relative, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { readJson } from '../../config/json-file.js';
import type { Schema } from '../../config/schema-errors.js';
import { writeAtomically } from '../../terminal/output.js';
import type { FileReport, KnownProblem } from '../../reports/check-report.js';
import { type Item, itemsOf } from '../../reports/items.js';
import { fingerprints } from '../../reports/sarif/fingerprints.js';

const FORMAT = 'guardrail-baseline/1';

const TEXT = { type: 'string' };
const PROBLEM = { path: TEXT, code: TEXT, about: TEXT, fingerprint: TEXT };
const SCHEMA: Schema = {
    type: 'object',
    required: ['format', 'problems'],
    properties: {
        format: { enum: [FORMAT] },
        problems: { type: 'array', items: { type: 'object', required: Object.keys(PROBLEM), properties: PROBLEM } }
    }
};

export interface BaselineOptions {
    readonly path: string;
    /** True if the findings of the run become the known problems. */
    readonly update: boolean;
    /** True if all claims are checked, so that problems that are not found no longer exist. */
    readonly isWhole: boolean;
    /** The text of a file of the report. */
    readonly textOf: (uri: string) => string | undefined;
}

export class Baseline {
    private readonly before: readonly KnownProblem[];
    private readonly folder: string;
    /** The problems found so far that may be known, by path. */
    private readonly found = new Map<string, readonly KnownProblem[]>();

    /** Throws a `CodedError` (GR916) if the file cannot be read; when updating, it need not exist. */
    constructor(private readonly options: BaselineOptions) {
        this.folder = dirname(options.path);
        this.before = options.update && !existsSync(options.path) ? [] : problemsIn(options.path);
    }

    /**
     * The report of a file without its known problems. A verdict that got worse is another problem. Errors in the text
     * are never known, since nothing was checked then, and neither is what an extended configuration decides.
     */
    without(file: FileReport): FileReport {
        const path = this.pathOf(file.uri);
        const items = itemsOf(file);
        const prints = fingerprints(items, { textOf: this.options.textOf, pathOf: (uri) => this.pathOf(uri) });
        const isInBaseline = new Set(this.before.filter((one) => one.path === path).map((one) => one.fingerprint));
        const known = new Set<Item>();
        const found: KnownProblem[] = [];
        const { packages = [], codes = [] } = file.given ?? {};
        items.forEach((item, i) => {
            const fingerprint = prints[i]!;
            if (
                canBeKnown(item) &&
                !packages.some((one) => isOfPackage(item, one)) &&
                !codes.includes(item.code) &&
                (this.options.update || isInBaseline.has(fingerprint))
            ) {
                known.add(item);
                found.push({ path, code: item.code, about: about(item), fingerprint });
            }
        });
        if (isDecided(file)) {
            this.found.set(path, found);
        }
        return known.size === 0 ? file : withoutItems(file, items, known);
    }

    /**
     * The number of known problems, and of those that no longer exist. The files of the latter were checked, or were
     * deleted.
     */
    outcome(): { readonly known: number; readonly fixed: readonly KnownProblem[] } {
        const fixed = this.before.filter(({ path, fingerprint }) => {
            const found = this.found.get(path);
            if (!this.options.isWhole) {
                return false;
            }
            return found ? !found.some((one) => one.fingerprint === fingerprint) : !this.exists(path);
        });
        return { known: [...this.found.values()].reduce((sum, found) => sum + found.length, 0), fixed };
    }

    /** Writes the problems found; the known problems of files that were not checked stay. */
    write(): void {
        const others = this.before.filter(({ path }) => !this.found.has(path) && this.exists(path));
        const problems = [...others, ...[...this.found.values()].flat()];
        problems.sort((a, b) => compare(a.path, b.path) || compare(a.fingerprint, b.fingerprint));
        writeAtomically(this.options.path, `${JSON.stringify({ format: FORMAT, problems }, undefined, 2)}\n`);
    }

    private exists(path: string): boolean {
        return existsSync(resolve(this.folder, path));
    }

    private pathOf(uri: string): string {
        return uri.startsWith('file:') ? relative(this.folder, fileURLToPath(uri)).replaceAll('\\', '/') : uri;
    }
}

function problemsIn(path: string): readonly KnownProblem[] {
    const { value } = readJson(path, path, { schema: SCHEMA, what: 'the baseline', code: 'GR916' });
    return (value as { readonly problems: readonly KnownProblem[] }).problems;
}

function canBeKnown({ severity, claim, scenario, finding }: Item): boolean {
    return severity === 'warning' || (severity === 'error' && Boolean(claim ?? scenario ?? finding));
}

/** True for a problem of a claim that a pack of the package brings, in any of its copies. */
function isOfPackage({ claim }: Item, { name, root }: { readonly name: string; readonly root: string }): boolean {
    return (
        claim !== undefined &&
        (claim.source.uri.startsWith(pathToFileURL(`${root}/`).toString()) ||
            decodeURIComponent(claim.source.uri).includes(`/node_modules/${name}/`))
    );
}

/** True if a known problem that was not found must have been fixed. */
function isDecided({ problem, notChecked, diagnostics }: FileReport): boolean {
    return !problem && notChecked === undefined && !diagnostics.some(({ severity }) => severity === 'error');
}

function about({ claim, scenario, message }: Item): string {
    if (claim) {
        return `claim "${claim.name}" is ${verdictWord(claim.verdict)}`;
    }
    return scenario ? `scenario "${scenario.name}" fails` : message;
}

/** A claim is identified with its verdict, a scenario with its last failed step. */
function withoutItems(file: FileReport, items: readonly Item[], known: ReadonlySet<Item>): FileReport {
    const isLeft = (part: Item['claim'] | Item['scenario'] | Item['finding']): boolean => {
        const own = items.filter(
            (item) => canBeKnown(item) && (item.claim === part || item.scenario === part || item.finding === part)
        );
        return own.length === 0 || own.some((item) => !known.has(item));
    };
    const texts = items.filter((item) => !item.claim && !item.scenario && !item.finding);
    const diagnostics = file.diagnostics.filter((_, i) => !known.has(texts[i]!));
    const { result } = file;
    return {
        ...file,
        diagnostics,
        known: known.size,
        ...(result && {
            result: {
                ...result,
                claims: result.claims.filter(isLeft),
                scenarios: result.scenarios.filter(isLeft),
                findings: result.findings.filter(isLeft)
            }
        })
    };
}

/** Compares by UTF-16 code unit, so that the order is the same on every machine. */
function compare(a: string, b: string): number {
    return a < b ? -1 : a > b ? 1 : 0;
}
