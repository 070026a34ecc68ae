/** Keeps the diagnostics of statements from one text of a document to the next. */
import type { AstNode } from 'langium';
import type { Diagnostic } from 'vscode-languageserver-types';
import * as ast from '../generated/ast.js';
import type { Inventory } from '../inventory.js';
import { moveRange } from './cst.js';

/**
 * Everything outside a statement that its validations depend on: as long as it stays the same, so do the diagnostics.
 */
export interface Basis {
    /** An object that is a different one after names were linked again. */
    readonly links: object;
    /** An object that is a different one when a declaration of the file or of an import has changed. */
    readonly inventory: Inventory;
    readonly header: AstNode | undefined;
    readonly categories: string;
    /**
     * The broken or missing parts of the file. Of the validations of statements, those of tools and packs read this.
     */
    readonly state: string;
}

export class KeptDiagnostics {
    private basis: Basis | undefined;
    private kept = new WeakMap<AstNode, Map<string, Kept>>();

    /** Drops everything that does not follow from this basis. */
    start(basis: Basis): void {
        const { basis: last } = this;
        if (
            last?.links !== basis.links ||
            last.inventory !== basis.inventory ||
            last.header !== basis.header ||
            last.categories !== basis.categories
        ) {
            this.kept = new WeakMap();
        }
        this.basis = basis;
    }

    of(statement: AstNode): readonly Diagnostic[] | undefined {
        const kept = this.kept.get(statement)?.get(this.stateFor(statement));
        if (!kept) {
            return undefined;
        }
        const line = lineOf(statement);
        if (kept.line !== line) {
            const by = line - kept.line;
            kept.diagnostics = kept.diagnostics.map((one) => ({ ...one, range: moveRange(one.range, by) }));
            kept.line = line;
        }
        return kept.diagnostics;
    }

    keep(statement: AstNode, diagnostics: readonly Diagnostic[]): void {
        // The diagnostics of an import also depend on files that do not exist.
        if (!ast.isImport(statement) && diagnostics.every((diagnostic) => isWithin(diagnostic, statement))) {
            const kept = this.kept.get(statement) ?? new Map<string, Kept>();
            this.kept.set(statement, kept.set(this.stateFor(statement), { line: lineOf(statement), diagnostics }));
        }
    }

    private stateFor(statement: AstNode): string {
        return ast.isServer(statement) || ast.isPack(statement) ? this.basis!.state : '';
    }
}

interface Kept {
    /** The first line of the statement when it had these diagnostics. */
    line: number;
    diagnostics: readonly Diagnostic[];
}

function lineOf(statement: AstNode): number {
    return statement.$cstNode?.range.start.line ?? 0;
}

/** True if the diagnostic moves with the statement, because it refers to no other place. */
function isWithin({ range, relatedInformation, message }: Diagnostic, statement: AstNode): boolean {
    const whole = statement.$cstNode?.range;
    return (
        whole !== undefined &&
        range.start.line >= whole.start.line &&
        range.end.line <= whole.end.line &&
        relatedInformation === undefined &&
        !/\bline \d/i.test(typeof message === 'string' ? message : message.value)
    );
}
