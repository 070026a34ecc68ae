/** Keeps the diagnostics of statements from one text of a document to the next. */
import type { AstNode } from 'langium';
import type { Diagnostic } from 'vscode-languageserver-types';
import * as ast from '../generated/ast.js';
import type { Inventory } from '../names/inventory.js';
import { moveRange } from '../parser/cst.js';
import { byPlace, factsOf, type FollowedFact } from '../files/gathered.js';

/**
 * Everything outside a statement that its validations depend on, apart from the meaning of its names: as long as it
 * stays the same, so do the diagnostics.
 */
export interface Basis {
    /** An object that is replaced when a declaration of the file or of an import has changed. */
    readonly inventory: Inventory;
    readonly header: AstNode | undefined;
    readonly categories: string;
    /** The broken or missing parts of the file, which only the validations of tools and packs read. */
    readonly state: string;
}

/** The diagnostics of the file for this basis. They are dropped when its names are linked again. */
export function keptDiagnostics(file: ast.PolicyFile, basis: Basis): KeptDiagnostics {
    const all = factsOf(file);
    let kept = all.get(KeptDiagnostics) as KeptDiagnostics | undefined;
    if (!kept?.isFor(basis)) {
        kept = new KeptDiagnostics(file.elements, basis);
        all.set(KeptDiagnostics, kept);
    }
    kept.enter(basis.state);
    return kept;
}

export class KeptDiagnostics implements FollowedFact {
    /** The statements to validate. */
    readonly open = new Set<ast.Element>();
    /** The diagnostics of each statement that has some. */
    private readonly found = new Map<ast.Element, CachedDiagnostics>();
    /** The statements whose diagnostics depend on the state, by their state. */
    private readonly byState = new Map<ast.Element, Map<string, CachedDiagnostics>>();
    private state: string;

    constructor(
        statements: readonly ast.Element[],
        private readonly basis: Basis
    ) {
        this.state = basis.state;
        this.change([], statements);
    }

    isFor({ inventory, header, categories }: Basis): boolean {
        const { basis } = this;
        return basis.inventory === inventory && basis.header === header && basis.categories === categories;
    }

    enter(state: string): void {
        if (state === this.state) {
            return;
        }
        this.state = state;
        for (const [statement, states] of this.byState) {
            this.put(statement, states.get(state));
        }
    }

    change(removed: readonly ast.Element[], added: readonly ast.Element[]): void {
        for (const statement of removed) {
            this.open.delete(statement);
            this.found.delete(statement);
            this.byState.delete(statement);
        }
        for (const statement of added) {
            this.open.add(statement);
            if (ast.isServer(statement) || ast.isPack(statement)) {
                this.byState.set(statement, new Map());
            }
        }
    }

    keep(statement: ast.Element, diagnostics: readonly Diagnostic[]): void {
        const kept = { line: lineOf(statement), diagnostics };
        this.put(statement, kept);
        // The diagnostics of an import also depend on files that do not exist.
        if (ast.isImport(statement) || !diagnostics.every((diagnostic) => isWithin(diagnostic, statement))) {
            this.open.add(statement);
        } else {
            this.byState.get(statement)?.set(this.state, kept);
        }
    }

    /** The diagnostics in text order. */
    all(): Diagnostic[] {
        return [...this.found]
            .sort(([one], [other]) => byPlace(one, other))
            .flatMap(([statement, kept]) => placed(statement, kept));
    }

    private put(statement: ast.Element, kept: CachedDiagnostics | undefined): void {
        if (kept) {
            this.open.delete(statement);
        } else {
            this.open.add(statement);
        }
        if (kept && kept.diagnostics.length > 0) {
            this.found.set(statement, kept);
        } else {
            this.found.delete(statement);
        }
    }
}

interface CachedDiagnostics {
    /** The first line of the statement when it had these diagnostics. */
    line: number;
    diagnostics: readonly Diagnostic[];
}

function placed(statement: ast.Element, kept: CachedDiagnostics): readonly Diagnostic[] {
    const line = lineOf(statement);
    if (kept.line !== line) {
        const by = line - kept.line;
        kept.diagnostics = kept.diagnostics.map((one) => ({ ...one, range: moveRange(one.range, by) }));
        kept.line = line;
    }
    return kept.diagnostics;
}

function lineOf(statement: AstNode): number {
    return statement.$cstNode?.range.start.line ?? 0;
}

/** True if the diagnostic moves with the statement, because it refers to no other place. */
function isWithin(diagnostic: Diagnostic, statement: AstNode): boolean {
    const { range, relatedInformation, message } = diagnostic;
    const whole = statement.$cstNode?.range;
    return (
        whole !== undefined &&
        range.start.line >= whole.start.line &&
        range.end.line <= whole.end.line &&
        relatedInformation === undefined &&
        !/\bline \d/i.test(typeof message === 'string' ? message : message.value)
    );
}
